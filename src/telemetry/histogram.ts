import type { SeriesTable } from "./series-table.ts";

/** One series of a histogram with fixed buckets, bound once. */
export class Histogram {
  readonly #table: SeriesTable;
  readonly #offset: number;
  readonly #bounds: readonly number[];

  constructor(table: SeriesTable, offset: number) {
    this.#table = table;
    this.#offset = offset;
    this.#bounds = table.definition.bounds;
  }

  /** Counts an observation in its bucket; what is not a number is left out. */
  observe(value: number): void {
    if (Number.isNaN(value)) return;
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
    const { values } = this.#table;
    (values[this.#offset + bucket] as number) += 1;
    (values[this.#offset + bounds.length + 1] as number) += value;
  }

  /** Takes over counts that are kept elsewhere: one of each bucket, +Inf last, and the sum. */
  replace(bucketCounts: readonly number[], sum: number): void {
    const { values } = this.#table;
    for (let i = 0; i <= this.#bounds.length; i++) {
      values[this.#offset + i] = bucketCounts[i] ?? 0;
    }
    values[this.#offset + this.#bounds.length + 1] = sum;
  }

  get count(): number {
    let count = 0;
    for (let i = 0; i <= this.#bounds.length; i++) {
      count += this.#table.values[this.#offset + i] as number;
    }
    return count;
  }
}
