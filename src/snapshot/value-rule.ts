import { isStaleMarker, wordsOf } from "#model";
import type { FamilyBlock, GroupedType } from "./family-block.ts";
import {
  NEGATIVE_BOUND,
  ROLE_BUCKET,
  ROLE_COUNT,
  ROLE_LAST_BUCKET,
  ROLE_MASK,
  ROLE_SUM,
  STARTS_GROUP,
} from "./grouped-order.ts";

/**
 * Whether the values let the family keep its type in OpenMetrics, where a reader refuses the whole
 * body for one negative counter or one histogram whose count is not that of its last bucket.
 * Sources do send such things, and an entitlement can admit one half of a histogram.
 * Values hold stale markers where a line is missing; `negatives` counts those below zero and NaN.
 */
export function holdsRule(block: FamilyBlock, values: Float64Array, negatives: number): boolean {
  switch (block.rule) {
    case "none":
      return true;
    case "counter":
      return negatives === 0;
    case "info":
      return every(values, (value) => value === 1);
    case "stateset":
      return every(values, (value) => value === 0 || value === 1);
    case "histogram":
    case "gaugehistogram":
    case "summary":
      return block.roles === null || groupsHold(block.rule, block.roles, values);
  }
}

function every(values: Float64Array, test: (value: number) => boolean): boolean {
  const words = wordsOf(values);
  return values.every((value, i) => test(value) || isStaleMarker(words, i));
}

function groupsHold(type: GroupedType, roles: Uint8Array, values: Float64Array): boolean {
  const words = wordsOf(values);
  const group = new Group(type);
  for (let i = 0; i < roles.length; i++) {
    const role = roles[i] as number;
    if ((role & STARTS_GROUP) !== 0 && !group.endsWell()) return false;
    const value = values[i] as number;
    if (value !== value && isStaleMarker(words, i)) continue;
    if (!group.take(role, value)) return false;
  }
  return group.endsWell();
}

/** What has been seen of one label set (OpenMetrics 1.0.0, «Histogram», «Summary»). */
class Group {
  readonly #type: GroupedType;
  #isEmpty = true;
  #bucketValue = 0;
  #hasLastBucket = false;
  #hasNegativeBound = false;
  /** NaN: not seen. */
  #count = NaN;
  #sum = NaN;

  constructor(type: GroupedType) {
    this.#type = type;
  }

  /** Whether the next sample may stand where it does. */
  take(role: number, value: number): boolean {
    this.#isEmpty = false;
    switch (role & ROLE_MASK) {
      case ROLE_BUCKET:
      case ROLE_LAST_BUCKET:
        return this.#takeBucket(role, value);
      case ROLE_COUNT:
        this.#count = value;
        return value >= 0;
      case ROLE_SUM:
        this.#sum = value;
        return this.#type === "gaugehistogram" ? !Number.isNaN(value) : value >= 0;
      default:
        // A quantile: NaN where nothing was observed.
        return !(value < 0);
    }
  }

  #takeBucket(role: number, value: number): boolean {
    if (!(value >= this.#bucketValue)) return false;
    this.#bucketValue = value;
    if ((role & NEGATIVE_BOUND) !== 0) this.#hasNegativeBound = true;
    if ((role & ROLE_MASK) === ROLE_LAST_BUCKET) this.#hasLastBucket = true;
    return true;
  }

  /** Whether nothing is missing or contradicts; makes ready for the next label set. */
  endsWell(): boolean {
    const holds = this.#isEmpty || this.#type === "summary" || this.#isWholeHistogram();
    this.#isEmpty = true;
    this.#bucketValue = 0;
    this.#hasLastBucket = false;
    this.#hasNegativeBound = false;
    this.#count = NaN;
    this.#sum = NaN;
    return holds;
  }

  #isWholeHistogram(): boolean {
    const hasCount = !Number.isNaN(this.#count);
    const hasSum = !Number.isNaN(this.#sum);
    if (!this.#hasLastBucket) return false;
    if (hasCount && this.#count !== this.#bucketValue) return false;
    if (this.#type === "gaugehistogram") {
      return hasCount === hasSum && (this.#hasNegativeBound || !(this.#sum < 0));
    }
    // A histogram with buckets below zero has no sum, and may then do without it beside a count.
    return this.#hasNegativeBound ? !hasSum && !hasCount : hasCount === hasSum;
  }
}
