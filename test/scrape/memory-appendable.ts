import { OperatingError } from "#lib/operating-error";
import {
  type Appendable,
  type AppendOutcome,
  formatLabels,
  isStaleMarker,
  type Labels,
  labelsKey,
  type MetadataRef,
  type MetricMetadata,
  type SampleBatch,
  type SeriesExemplar,
  type SeriesRef,
  wordsOf,
} from "#model";

export interface StoredSample {
  readonly timestampMs: number;
  /** "stale" for a stale marker. */
  readonly value: number | "stale";
}

/** A store in memory that keeps everything it is given, in order, and can be told to fail. */
export class MemoryAppendable implements Appendable {
  readonly batches: number[] = [];
  failure: OperatingError | null = null;
  seriesMax = Number.POSITIVE_INFINITY;
  readonly #refs = new Map<string, SeriesRef>();
  readonly #series: { labels: Labels; samples: StoredSample[]; metadata: MetadataRef }[] = [];
  readonly #dead = new Set<SeriesRef>();
  readonly #metadata: MetricMetadata[] = [];
  readonly exemplars: SeriesExemplar[] = [];

  ensureSeries(labels: Labels): SeriesRef {
    const key = labelsKey(labels);
    const known = this.#refs.get(key);
    if (known !== undefined) return known;
    if (this.#refs.size >= this.seriesMax) {
      throw new OperatingError("series_limit", "too many series");
    }
    const ref = this.#series.length as SeriesRef;
    this.#series.push({ labels, samples: [], metadata: 0 as MetadataRef });
    this.#refs.set(key, ref);
    return ref;
  }

  isLive(ref: SeriesRef): boolean {
    return !this.#dead.has(ref);
  }

  internMetadata(metadata: MetricMetadata): MetadataRef {
    this.#metadata.push(metadata);
    return this.#metadata.length as MetadataRef;
  }

  setMetadata(ref: SeriesRef, metadata: MetadataRef): void {
    const series = this.#series[ref];
    if (series !== undefined) series.metadata = metadata;
  }

  append(batch: SampleBatch, exemplars: readonly SeriesExemplar[] = []): Promise<AppendOutcome> {
    if (this.failure !== null) return Promise.reject(this.failure);
    const words = wordsOf(batch.values);
    for (let i = 0; i < batch.length; i++) {
      this.#series[batch.refs[i] ?? -1]?.samples.push({
        timestampMs: batch.timestampsMs[i] ?? Number.NaN,
        value: isStaleMarker(words, i) ? "stale" : (batch.values[i] ?? Number.NaN),
      });
    }
    this.batches.push(batch.length);
    this.exemplars.push(...exemplars);
    const rejected = { duplicate: 0, too_old: 0, too_far_in_future: 0, unknown_series: 0 };
    return Promise.resolve({
      appended: batch.length,
      unchanged: 0,
      rejected,
      firstRejected: null,
    });
  }

  /** Drops every series from memory, as a store does with idle ones. */
  forgetAll(): void {
    this.#refs.forEach((ref) => this.#dead.add(ref));
    this.#refs.clear();
  }

  /** Samples by series, as `name{a="b"}` → values; without report series unless asked for. */
  samples(options: { withReports?: boolean } = {}): Record<string, StoredSample[]> {
    const found: Record<string, StoredSample[]> = {};
    for (const { labels, samples } of this.#series) {
      const name = formatLabels(labels);
      if (options.withReports !== true && /^(?:up|scrape_)/.test(name)) continue;
      if (samples.length > 0) found[name] = [...(found[name] ?? []), ...samples];
    }
    return found;
  }

  /** The values alone. */
  values(options: { withReports?: boolean } = {}): Record<string, (number | "stale")[]> {
    const entries = Object.entries(this.samples(options));
    return Object.fromEntries(entries.map(([name, list]) => [name, list.map((s) => s.value)]));
  }

  /** The values of a report series, over all targets. */
  report(name: string): (number | "stale")[] {
    const all = Object.entries(this.values({ withReports: true }));
    return all.filter(([series]) => series.startsWith(`${name}{`)).flatMap(([, list]) => list);
  }

  metadataOf(name: string): MetricMetadata | null {
    const series = this.#series.find(({ labels }) => formatLabels(labels) === name);
    return series === undefined ? null : (this.#metadata[series.metadata - 1] ?? null);
  }
}
