import type { HistogramBuckets } from "#model";
import { coarserIndex } from "./bucket-bounds.ts";
import { isInfinite, roundingError } from "./rounding-error.ts";

/**
 * One side of a histogram that is being summed up: beside each count what rounding took from it.
 * Two sides are merged like two sorted lists; where both have the same buckets, which is the rule
 * among samples of one series, the counts are added in place.
 */
export class CompensatedBuckets {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
  readonly lows: Float64Array;

  constructor(indexes: Int32Array, counts: Float64Array, lows: Float64Array) {
    this.indexes = indexes;
    this.counts = counts;
    this.lows = lows;
  }

  /** Copies the counts; indexes are shared, nobody writes them. */
  static of(buckets: HistogramBuckets): CompensatedBuckets {
    const { indexes, counts } = buckets;
    return new CompensatedBuckets(indexes, counts.slice(), new Float64Array(counts.length));
  }

  /** Adds `sign` times the other side and returns where the sum is; `this` is used up. */
  plus(other: CompensatedBuckets, sign: 1 | -1): CompensatedBuckets {
    if (other.indexes.length === 0) return this;
    if (sameIndexes(this.indexes, other.indexes)) {
      for (let i = 0; i < this.counts.length; i++) this.#accumulate(i, other, i, sign);
      return this;
    }
    return this.#merged(other, sign);
  }

  #merged(other: CompensatedBuckets, sign: 1 | -1): CompensatedBuckets {
    const union = CompensatedBuckets.#sized(this.indexes.length + other.indexes.length);
    let length = 0;
    let mine = 0;
    let theirs = 0;
    while (mine < this.indexes.length || theirs < other.indexes.length) {
      const myIndex = this.indexes[mine] ?? Infinity;
      const theirIndex = other.indexes[theirs] ?? Infinity;
      union.indexes[length] = Math.min(myIndex, theirIndex);
      if (myIndex <= theirIndex) {
        union.counts[length] = this.counts[mine] as number;
        union.lows[length] = this.lows[mine] as number;
        mine += 1;
      }
      if (theirIndex <= myIndex) {
        union.#accumulate(length, other, theirs, sign);
        theirs += 1;
      }
      length += 1;
    }
    return union.#first(length);
  }

  /** Merges neighbours until the schema is the coarser one. */
  coarser(schema: number, coarserSchema: number): CompensatedBuckets {
    return this.remapped((index) => coarserIndex(index, schema, coarserSchema));
  }

  /** Moves every bucket to another index; the order must stay, what meets is added. */
  remapped(newIndex: (index: number) => number): CompensatedBuckets {
    const target = CompensatedBuckets.#sized(this.indexes.length);
    let length = 0;
    for (let i = 0; i < this.indexes.length; i++) {
      const index = newIndex(this.indexes[i] as number);
      if (length === 0 || target.indexes[length - 1] !== index) {
        target.indexes[length] = index;
        length += 1;
      }
      target.#accumulate(length - 1, this, i, 1);
    }
    return target.#first(length);
  }

  /** Only the buckets for which `keeps` holds. */
  filtered(keeps: (position: number) => boolean): CompensatedBuckets {
    return new CompensatedBuckets(
      this.indexes.filter((_, i) => keeps(i)),
      this.counts.filter((_, i) => keeps(i)),
      this.lows.filter((_, i) => keeps(i)),
    );
  }

  scale(change: (value: number) => number): void {
    for (let i = 0; i < this.counts.length; i++) {
      this.counts[i] = change(this.counts[i] as number);
      this.lows[i] = change(this.lows[i] as number);
    }
  }

  copy(): CompensatedBuckets {
    return new CompensatedBuckets(this.indexes, this.counts.slice(), this.lows.slice());
  }

  /** The plain sums, as if nothing had been compensated. */
  rounded(): HistogramBuckets {
    return { indexes: this.indexes, counts: this.counts.slice() };
  }

  /** The sums with what rounding took from them. */
  compensated(): HistogramBuckets {
    return {
      indexes: this.indexes,
      counts: this.counts.map((count, i) => count + (this.lows[i] as number)),
    };
  }

  #accumulate(at: number, from: CompensatedBuckets, position: number, sign: 1 | -1): void {
    this.#add(at, sign * (from.counts[position] as number));
    const low = from.lows[position] as number;
    if (low !== 0) this.#add(at, sign * low);
  }

  #add(at: number, increment: number): void {
    const sum = this.counts[at] as number;
    const total = sum + increment;
    this.counts[at] = total;
    this.lows[at] = isInfinite(total)
      ? 0
      : (this.lows[at] as number) + roundingError(sum, increment, total);
  }

  #first(length: number): CompensatedBuckets {
    return new CompensatedBuckets(
      this.indexes.slice(0, length),
      this.counts.slice(0, length),
      this.lows.slice(0, length),
    );
  }

  static #sized(capacity: number): CompensatedBuckets {
    return new CompensatedBuckets(
      new Int32Array(capacity),
      new Float64Array(capacity),
      new Float64Array(capacity),
    );
  }
}

function sameIndexes(a: Int32Array, b: Int32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
