import {
  columnsEqual,
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
  hasCustomBuckets,
} from "#model";
import { exponentialBound } from "./bucket-bounds.ts";
import { CompensatedBuckets } from "./compensated-buckets.ts";
import { combineHints } from "./counter-reset-hint.ts";
import { coarserCustomIndex, commonBounds } from "./custom-bounds.ts";
import { CompensatedNumber, isInfinite } from "./rounding-error.ts";
import { widenZeroBucket, type ZeroAndBuckets } from "./zero-bucket.ts";

/** What adding had to do beside adding. `incompatible`: exponential and custom, nothing was added. */
export interface SumOutcome {
  readonly isIncompatible: boolean;
  readonly hintsCollide: boolean;
  /** Custom bounds differed: the sum has those that both had. */
  readonly boundsReconciled: boolean;
}

const INCOMPATIBLE: SumOutcome = {
  isIncompatible: true,
  hintsCollide: false,
  boundsReconciled: false,
};

/**
 * A sum of histograms with Kahan–Neumaier compensation in every count. Both sides are first brought
 * to the same layout, the coarser of the two: the lower schema, the wider zero bucket, the custom
 * bounds that both have. `rounded()` is what plain addition gives, `compensated()` the better sum.
 */
export class HistogramSum {
  #hint: CounterResetHint;
  #schema: number;
  #customBounds: Float64Array;
  #zeroThreshold: number;
  #zeroCount: CompensatedNumber;
  #count: CompensatedNumber;
  #sum: CompensatedNumber;
  #positive: CompensatedBuckets;
  #negative: CompensatedBuckets;

  constructor(first: FloatHistogram) {
    this.#hint = first.counterResetHint;
    this.#schema = first.schema;
    this.#customBounds = first.customBounds;
    this.#zeroThreshold = first.zeroThreshold;
    this.#zeroCount = new CompensatedNumber(first.zeroCount);
    this.#count = new CompensatedNumber(first.count);
    this.#sum = new CompensatedNumber(first.sum);
    this.#positive = CompensatedBuckets.of(first.positive);
    this.#negative = CompensatedBuckets.of(first.negative);
  }

  add(other: FloatHistogram): SumOutcome {
    return this.#combine(other, 1);
  }

  subtract(other: FloatHistogram): SumOutcome {
    return this.#combine(other, -1);
  }

  #combine(other: FloatHistogram, sign: 1 | -1): SumOutcome {
    const isCustom = hasCustomBuckets(other);
    if ((this.#schema === CUSTOM_BUCKETS_SCHEMA) !== isCustom) return INCOMPATIBLE;
    const { hint, collides } = combineHints(this.#hint, other.counterResetHint);
    this.#hint = hint;
    this.#count.add(sign * other.count);
    this.#sum.add(sign * other.sum);
    const boundsReconciled = isCustom && this.#combineCustom(other, sign);
    if (!isCustom) this.#combineExponential(other, sign);
    return { isIncompatible: false, hintsCollide: collides, boundsReconciled };
  }

  #combineCustom(other: FloatHistogram, sign: 1 | -1): boolean {
    let theirs = CompensatedBuckets.of(other.positive);
    const reconciles = !columnsEqual(this.#customBounds, other.customBounds);
    if (reconciles) {
      const common = commonBounds(this.#customBounds, other.customBounds);
      this.#positive = this.#positive.remapped(coarserCustomIndex(this.#customBounds, common));
      theirs = theirs.remapped(coarserCustomIndex(other.customBounds, common));
      this.#customBounds = common;
    }
    this.#positive = this.#positive.plus(theirs, sign);
    return reconciles;
  }

  #combineExponential(other: FloatHistogram, sign: 1 | -1): void {
    let theirs = partsOf(other);
    if (theirs.zeroThreshold !== this.#zeroThreshold) theirs = this.#reconcileZeroBuckets(theirs);
    this.#zeroCount.add(sign * theirs.zeroCount.total);
    if (theirs.zeroCount.low !== 0) this.#zeroCount.add(sign * theirs.zeroCount.low);
    const schema = Math.min(this.#schema, other.schema);
    const finer = this.#schema;
    if (finer > schema) {
      this.#positive = this.#positive.coarser(finer, schema);
      this.#negative = this.#negative.coarser(finer, schema);
      this.#schema = schema;
    }
    const aligned = (side: CompensatedBuckets): CompensatedBuckets =>
      this.#outsideZero(other.schema > schema ? side.coarser(other.schema, schema) : side);
    this.#positive = this.#positive.plus(aligned(theirs.positive), sign);
    this.#negative = this.#negative.plus(aligned(theirs.negative), sign);
  }

  /** The sum's zero bucket and theirs, made equally wide; neither ends in a populated bucket. */
  #reconcileZeroBuckets(other: ZeroAndBuckets): ZeroAndBuckets {
    let mine: ZeroAndBuckets = {
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      positive: this.#positive,
      negative: this.#negative,
    };
    let theirs = other;
    while (mine.zeroThreshold !== theirs.zeroThreshold) {
      theirs = widenZeroBucket(theirs, mine.zeroThreshold);
      mine = widenZeroBucket(mine, theirs.zeroThreshold);
    }
    this.#zeroThreshold = mine.zeroThreshold;
    this.#zeroCount = mine.zeroCount;
    this.#positive = mine.positive;
    this.#negative = mine.negative;
    return theirs;
  }

  /** Buckets that end within the zero bucket say nothing that it does not. */
  #outsideZero(side: CompensatedBuckets): CompensatedBuckets {
    const [first] = side.indexes;
    if (first === undefined || exponentialBound(first, this.#schema) > this.#zeroThreshold) {
      return side;
    }
    return side.filtered(
      (i) => exponentialBound(side.indexes[i] as number, this.#schema) > this.#zeroThreshold,
    );
  }

  /** Changes every number, compensation too; for a running mean, which is one of these sums. */
  scale(change: (value: number) => number): void {
    this.#zeroCount.scale(change);
    this.#count.scale(change);
    this.#sum.scale(change);
    this.#positive.scale(change);
    this.#negative.scale(change);
  }

  /** A sum that goes on from here by itself. */
  copy(): HistogramSum {
    const copy = new HistogramSum(this.rounded());
    copy.#zeroCount = this.#zeroCount.copy();
    copy.#count = this.#count.copy();
    copy.#sum = this.#sum.copy();
    copy.#positive = this.#positive.copy();
    copy.#negative = this.#negative.copy();
    return copy;
  }

  /** Whether a count went beyond what a float holds. */
  get isOverflown(): boolean {
    return (
      isInfinite(this.#zeroCount.total) ||
      isInfinite(this.#count.total) ||
      isInfinite(this.#sum.total) ||
      this.#positive.counts.some(isInfinite) ||
      this.#negative.counts.some(isInfinite)
    );
  }

  rounded(): FloatHistogram {
    return this.#result(
      (number) => number.total,
      (side) => side.rounded(),
    );
  }

  compensated(): FloatHistogram {
    return this.#result(
      (number) => number.total + number.low,
      (side) => side.compensated(),
    );
  }

  #result(
    numberOf: (number: CompensatedNumber) => number,
    bucketsOf: (side: CompensatedBuckets) => FloatHistogram["positive"],
  ): FloatHistogram {
    return {
      counterResetHint: this.#hint,
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: numberOf(this.#zeroCount),
      count: numberOf(this.#count),
      sum: numberOf(this.#sum),
      positive: bucketsOf(this.#positive),
      negative: bucketsOf(this.#negative),
      customBounds: this.#customBounds,
    };
  }
}

function partsOf(histogram: FloatHistogram): ZeroAndBuckets {
  return {
    schema: histogram.schema,
    zeroThreshold: histogram.zeroThreshold,
    zeroCount: new CompensatedNumber(histogram.zeroCount),
    positive: CompensatedBuckets.of(histogram.positive),
    negative: CompensatedBuckets.of(histogram.negative),
  };
}
