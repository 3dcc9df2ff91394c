import { type FloatHistogram, SampleColumns, wordsOf } from "#model";
import { withUnknownReset } from "../histogram/reset-hint.ts";

/**
 * Samples that fit into none of a range's layers: what arrives in no order at all. Rare, so plain
 * sorted columns per series serve.
 */
export class SpilledSamples {
  readonly #columns = new Map<number, SampleColumns>();
  #samples = 0;

  get samples(): number {
    return this.#samples;
  }

  get series(): number {
    return this.#columns.size;
  }

  /** Time of the first sample, or Infinity. */
  get firstMs(): number {
    let first = Infinity;
    for (const { timestampsMs } of this.#columns.values()) {
      first = Math.min(first, timestampsMs[0] as number);
    }
    return first;
  }

  has(ref: number): boolean {
    return this.#columns.has(ref);
  }

  /** The series must not have a sample at that time yet. */
  insert(
    ref: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): void {
    let columns = this.#columns.get(ref);
    if (columns === undefined) {
      columns = new SampleColumns(4);
      this.#columns.set(ref, columns);
    }
    columns.reserve(1);
    const times = columns.timestampsMs;
    let at = columns.length;
    while (at > 0 && (times[at - 1] as number) > timestampMs) at -= 1;
    const words = wordsOf(columns.values);
    times.copyWithin(at + 1, at, columns.length);
    words.copyWithin(at * 2 + 2, at * 2, columns.length * 2);
    times[at] = timestampMs;
    words[at * 2] = low;
    words[at * 2 + 1] = high;
    insertHistogram(columns, at, histogram);
    columns.length += 1;
    this.#samples += 1;
  }

  read(ref: number, minMs: number, maxMs: number, into: SampleColumns): void {
    const columns = this.#columns.get(ref);
    if (columns === undefined) return;
    into.reserve(columns.length);
    const source = wordsOf(columns.values);
    const target = wordsOf(into.values);
    for (let i = 0; i < columns.length; i++) {
      const timestampMs = columns.timestampsMs[i] as number;
      if (timestampMs < minMs || timestampMs > maxMs) continue;
      into.timestampsMs[into.length] = timestampMs;
      target[into.length * 2] = source[i * 2] as number;
      target[into.length * 2 + 1] = source[i * 2 + 1] as number;
      const histogram = columns.histograms?.[i];
      if (histogram !== undefined) into.setHistogram(into.length, histogram);
      into.length += 1;
    }
  }
}

/** Those from index `at` on move up by one. Neighbours come and go, so nothing is known of resets. */
function insertHistogram(
  columns: SampleColumns,
  at: number,
  histogram: FloatHistogram | undefined,
): void {
  if (columns.histograms !== null && at < columns.histograms.length) {
    columns.histograms.splice(at, 0, undefined);
  }
  if (histogram !== undefined) columns.setHistogram(at, withUnknownReset(histogram));
}
