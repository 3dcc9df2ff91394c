import { SampleColumns } from "#model";
import { GrowingWords } from "./growing-words.ts";

/** Targets are scraped each at its own offset, and a metric's series go through them in turn. */
const LOOKED_BACK_MAX = 64;

/** The time columns of one batch. Series of one target have the same times: they are kept once. */
export class TimeColumns {
  readonly #times: SampleColumns;
  /** Where each column begins. */
  readonly #starts = new GrowingWords();
  #ends: number[] = [];

  /** Takes the memory that earlier batches were made in. */
  constructor(times: SampleColumns) {
    times.clear();
    this.#times = times;
  }

  get starts(): Uint32Array<ArrayBuffer> {
    return this.#starts.toArray();
  }

  get timestampsMs(): Float64Array<ArrayBuffer> {
    return this.#times.timestampsMs.slice(0, this.#times.length);
  }

  /** The number of the column with these samples' times, made if none of the last ones has them. */
  columnOf(samples: SampleColumns): number {
    const count = this.#ends.length;
    for (let column = count - 1; column >= Math.max(0, count - LOOKED_BACK_MAX); column--) {
      if (this.#hasTimes(column, samples)) return column;
    }
    const times = this.#times;
    this.#starts.push(times.length);
    times.reserve(samples.length);
    times.timestampsMs.set(samples.timestampsMs.subarray(0, samples.length), times.length);
    times.length += samples.length;
    this.#ends.push(times.length);
    return count;
  }

  #hasTimes(column: number, { length, timestampsMs }: SampleColumns): boolean {
    const end = this.#ends[column] as number;
    const from = column === 0 ? 0 : (this.#ends[column - 1] as number);
    if (end - from !== length) return false;
    const known = this.#times.timestampsMs;
    // Columns that differ mostly do so at their ends.
    if (known[from] !== timestampsMs[0] || known[end - 1] !== timestampsMs[length - 1]) {
      return length === 0;
    }
    for (let i = 1; i < length; i++) if (known[from + i] !== timestampsMs[i]) return false;
    return true;
  }
}
