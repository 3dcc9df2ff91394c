import { FLOAT, HISTOGRAM, type VectorSeries } from "../vector-series.ts";

/** As many values as lie in one line of a processor's cache. */
export const BLOCK_STEPS = 8;

/**
 * The floats of all members at a few steps, turned from one column per member into one row per step.
 * Read step by step, each value of a thousand members would come from memory of its own.
 */
export class StepBlock {
  readonly #members: readonly VectorSeries[];
  readonly #rows: readonly Float64Array[];
  readonly #counts = new Int32Array(BLOCK_STEPS);
  hasHistograms = false;

  constructor(members: readonly VectorSeries[]) {
    this.#members = members;
    this.#rows = Array.from({ length: BLOCK_STEPS }, () => new Float64Array(members.length));
  }

  /** Reads the steps from `first` on, at most as many as there are up to `end`. */
  read(first: number, end: number): void {
    const rows = this.#rows;
    const counts = this.#counts.fill(0);
    const size = Math.min(BLOCK_STEPS, end - first);
    for (const { kinds, values } of this.#members) {
      for (let i = 0; i < size; i++) {
        const kind = kinds[first + i];
        if (kind === FLOAT) {
          const at = counts[i] as number;
          (rows[i] as Float64Array)[at] = values[first + i] as number;
          counts[i] = at + 1;
        } else if (kind === HISTOGRAM) this.hasHistograms = true;
      }
    }
  }

  /** The floats of the block's step `i`: the first `countAt(i)`, to be moved about at will. */
  rowAt(i: number): Float64Array {
    return this.#rows[i] as Float64Array;
  }

  countAt(i: number): number {
    return this.#counts[i] as number;
  }
}
