import { memoryLimitError } from "./query-error.ts";
import type { StepGrid } from "./step-grid.ts";
import type { Columns, MutableColumns } from "./vector-series.ts";

/** A value of eight bytes and its kind. */
const BYTES_PER_POINT = 9;

/** Points of the first and of the largest slab: a small query should not pay for a large one. */
const SLAB_POINTS_MIN = 1 << 10;
const SLAB_POINTS_MAX = 1 << 16;

/**
 * Columns of one evaluation. Making a typed array costs more than filling one of a few hundred
 * points, so columns are cut from slabs, and what a reader has given back is handed out again: a
 * sum over a thousand series works in the memory of two. What is out counts towards the limit.
 */
export class ColumnPool {
  readonly #bytesMax: number;
  readonly #free = new Map<number, MutableColumns[]>();
  #bytes = 0;
  #slabPoints = SLAB_POINTS_MIN;
  #kinds = new Uint8Array(0);
  #values = new Float64Array(0);
  #cut = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Columns over the grid without any point. */
  take({ count }: StepGrid): MutableColumns {
    const free = this.#free.get(count)?.pop();
    if (free !== undefined) return free;
    this.claim(count * BYTES_PER_POINT);
    if (this.#cut + count > this.#kinds.length) this.#addSlab(count);
    const from = this.#cut;
    this.#cut += count;
    return {
      kinds: this.#kinds.subarray(from, this.#cut),
      values: this.#values.subarray(from, this.#cut),
      histograms: null,
      pointCount: 0,
    };
  }

  /** Counts memory that an operator takes for itself. */
  claim(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#bytesMax) throw memoryLimitError(this.#bytesMax);
  }

  /** Takes back what nobody will look at again. */
  giveBack({ kinds, values, pointCount }: Columns): void {
    if (pointCount > 0) {
      kinds.fill(0);
      values.fill(0);
    }
    const columns = { kinds, values, histograms: null, pointCount: 0 };
    const free = this.#free.get(kinds.length);
    if (free === undefined) this.#free.set(kinds.length, [columns]);
    else free.push(columns);
  }

  #addSlab(count: number): void {
    const points = Math.max(count, this.#slabPoints);
    this.#slabPoints = Math.min(this.#slabPoints * 4, SLAB_POINTS_MAX);
    this.#kinds = new Uint8Array(points);
    this.#values = new Float64Array(points);
    this.#cut = 0;
  }
}
