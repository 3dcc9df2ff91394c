import type { FloatHistogram } from "./histogram.ts";

/**
 * Decoded samples of one series in time order, times strictly rising. Grows and is reused: only
 * the first `length` entries count. Stale markers keep their bits (see stale-marker.ts).
 */
export class SampleColumns {
  length = 0;
  timestampsMs: Float64Array<ArrayBuffer>;
  /** Where the sample is a histogram, its sum. */
  values: Float64Array<ArrayBuffer>;
  /**
   * The histogram where the sample is one; null while all are floats, as in nearly all series. May
   * be shorter than `length`: what is past its end are floats.
   */
  histograms: (FloatHistogram | undefined)[] | null = null;

  constructor(capacity = 256) {
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  /** Makes room for `count` more samples; the columns may be replaced. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.timestampsMs.length) return;
    const capacity = Math.max(needed, this.timestampsMs.length * 2);
    this.timestampsMs = grown(this.timestampsMs, capacity);
    this.values = grown(this.values, capacity);
  }

  /** Makes the sample at `index` a histogram; its value stays the caller's to set. */
  setHistogram(index: number, histogram: FloatHistogram): void {
    this.histograms ??= [];
    while (this.histograms.length < index) this.histograms.push(undefined);
    this.histograms[index] = histogram;
  }

  /** Appends the samples of `source` from index `from` up to, not including, `to`. */
  appendFrom(source: SampleColumns, from = 0, to: number = source.length): void {
    this.reserve(to - from);
    const at = this.length;
    this.timestampsMs.set(source.timestampsMs.subarray(from, to), at);
    this.values.set(source.values.subarray(from, to), at);
    const histogramsEnd = Math.min(to, source.histograms?.length ?? 0);
    for (let i = from; i < histogramsEnd; i++) {
      const histogram = source.histograms?.[i];
      if (histogram !== undefined) this.setHistogram(at + i - from, histogram);
    }
    this.length = at + to - from;
  }

  /** Forgets the samples from index `length` on. */
  truncate(length: number): void {
    this.length = length;
    if (this.histograms !== null && this.histograms.length > length) {
      this.histograms.length = length;
    }
  }

  clear(): void {
    this.length = 0;
    this.histograms = null;
  }
}

function grown(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}
