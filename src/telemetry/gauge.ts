import type { SeriesTable } from "./series-table.ts";

/** One series of a gauge, bound once. */
export class Gauge {
  readonly #table: SeriesTable;
  readonly #offset: number;

  constructor(table: SeriesTable, offset: number) {
    this.#table = table;
    this.#offset = offset;
  }

  set(value: number): void {
    this.#table.values[this.#offset] = value;
  }

  add(by: number): void {
    (this.#table.values[this.#offset] as number) += by;
  }

  get value(): number {
    return this.#table.values[this.#offset] as number;
  }
}
