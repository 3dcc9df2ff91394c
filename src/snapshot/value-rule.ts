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
 * `values` and `timestampsMs` are the block's columns, in its order.
 */
export function holdsRule(block: FamilyBlock, columns: BlockColumns): boolean {
  const { rule, roles } = block;
  switch (rule) {
    case "none":
      return true;
    case "counter":
      return columns.negatives === 0;
    case "info":
      return every(columns.values, (value) => value === 1);
    case "histogram":
    case "gaugehistogram":
    case "summary":
    case "stateset":
      return roles === null || groupsHold(rule, roles, columns);
  }
}

/** What a cut has gathered of one block. */
export interface BlockColumns {
  /** A stale marker where a line is missing. */
  readonly values: Float64Array;
  /** Null where the body has no timestamps. */
  readonly timestampsMs: Float64Array | null;
  /** How many values are below zero or NaN. */
  readonly negatives: number;
}

function every(values: Float64Array, test: (value: number) => boolean): boolean {
  const words = wordsOf(values);
  return values.every((value, i) => test(value) || isStaleMarker(words, i));
}

function groupsHold(
  type: GroupedType,
  roles: Uint8Array,
  { values, timestampsMs }: BlockColumns,
): boolean {
  const words = wordsOf(values);
  const group = new Group(type);
  for (let i = 0; i < roles.length; i++) {
    const role = roles[i] as number;
    if ((role & STARTS_GROUP) !== 0 && !group.endsWell()) return false;
    const value = values[i] as number;
    if (value !== value && isStaleMarker(words, i)) continue;
    const timestampMs = timestampsMs === null ? 0 : (timestampsMs[i] as number);
    if (!group.isAt(timestampMs) || !group.take(role, value)) return false;
  }
  return group.endsWell();
}

/** What has been seen of one label set (OpenMetrics 1.0.0, «Histogram», «Summary»). */
class Group {
  readonly #type: GroupedType;
  #isEmpty = true;
  #timestampMs = 0;
  #bucketValue = 0;
  #hasLastBucket = false;
  #hasNegativeBound = false;
  /** NaN: not seen. */
  #count = NaN;
  #sum = NaN;

  constructor(type: GroupedType) {
    this.#type = type;
  }

  /** With timestamps, the samples of one label set must agree on theirs to be read as one. */
  isAt(timestampMs: number): boolean {
    if (this.#isEmpty) this.#timestampMs = timestampMs;
    return this.#timestampMs === timestampMs;
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
        return value >= 0 && Number.isInteger(value);
      case ROLE_SUM:
        this.#sum = value;
        return this.#type === "gaugehistogram" ? !Number.isNaN(value) : value >= 0;
      default:
        if (this.#type === "stateset") return value === 0 || value === 1;
        // A quantile: NaN where nothing was observed.
        return !(value < 0);
    }
  }

  #takeBucket(role: number, value: number): boolean {
    if (!Number.isInteger(value) || value < this.#bucketValue) return false;
    this.#bucketValue = value;
    if ((role & NEGATIVE_BOUND) !== 0) this.#hasNegativeBound = true;
    if ((role & ROLE_MASK) === ROLE_LAST_BUCKET) this.#hasLastBucket = true;
    return true;
  }

  /** Whether nothing is missing or contradicts; makes ready for the next label set. */
  endsWell(): boolean {
    const isHistogram = this.#type === "histogram" || this.#type === "gaugehistogram";
    const holds = this.#isEmpty || !isHistogram || this.#isWholeHistogram();
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
