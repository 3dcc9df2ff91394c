import type { SeriesTable } from "./series-table.ts";

/** One series of a counter, bound once; counting is an indexed addition. */
export class Counter {
  readonly #table: SeriesTable;
  readonly #offset: number;

  constructor(table: SeriesTable, offset: number) {
    this.#table = table;
    this.#offset = offset;
  }

  /** `by` must not be negative; what is, or is not a number, is left out. */
  inc(by = 1): void {
    if (by >= 0) (this.#table.values[this.#offset] as number) += by;
  }

  /** Takes over a total that is kept elsewhere (the kernel, SQLite); it may only rise. */
  raiseTo(total: number): void {
    const { values } = this.#table;
    if (total > (values[this.#offset] as number)) values[this.#offset] = total;
  }

  get value(): number {
    return this.#table.values[this.#offset] as number;
  }
}
