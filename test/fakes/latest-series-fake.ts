import { assert } from "#lib/assert";
import {
  compileMatcher,
  type Labels,
  labelsOfRecord,
  labelValue,
  type LatestSeries,
  type Matcher,
  type MetricMetadata,
  type SeriesListener,
  type SeriesRef,
  wordsOf,
  writeStaleMarker,
} from "#model";

interface FakeSeries {
  readonly labels: Labels;
  metadata: MetricMetadata | null;
}

/** Series in memory behind the `LatestSeries` seam, for tests and measurements. */
export class LatestSeriesFake implements LatestSeries {
  timestampsMs = new Float64Array(16);
  values = new Float64Array(16);
  appendCount = 0;
  /** How often the store was searched. */
  selectCount = 0;
  readonly #series: (FakeSeries | null)[] = [];
  readonly #listeners = new Set<SeriesListener>();

  get refEnd(): number {
    return this.#series.length;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  add(record: Readonly<Record<string, string>>, metadata: MetricMetadata | null = null): SeriesRef {
    return this.addLabels(labelsOfRecord(record), metadata);
  }

  addLabels(labels: Labels, metadata: MetricMetadata | null = null): SeriesRef {
    const ref = this.#series.length as SeriesRef;
    this.#series.push({ labels, metadata });
    if (this.#series.length > this.values.length) this.#grow();
    this.timestampsMs[ref] = -Infinity;
    for (const listener of this.#listeners) listener.seriesAdded(ref);
    return ref;
  }

  remove(ref: SeriesRef): void {
    this.#series[ref] = null;
    for (const listener of this.#listeners) listener.seriesRemoved(ref);
  }

  describe(ref: SeriesRef, metadata: MetricMetadata | null): void {
    this.#at(ref).metadata = metadata;
    for (const listener of this.#listeners) listener.metadataChanged(ref);
  }

  append(timestampMs: number, samples: Iterable<readonly [SeriesRef, number]>): void {
    for (const [ref, value] of samples) {
      this.timestampsMs[ref] = timestampMs;
      this.values[ref] = value;
    }
    this.appendCount += 1;
  }

  end(timestampMs: number, ref: SeriesRef): void {
    this.timestampsMs[ref] = timestampMs;
    writeStaleMarker(wordsOf(this.values), ref);
    this.appendCount += 1;
  }

  isLive(ref: SeriesRef): boolean {
    return (this.#series[ref] ?? null) !== null;
  }

  labels(ref: SeriesRef): Labels {
    return this.#at(ref).labels;
  }

  metadata(ref: SeriesRef): MetricMetadata | null {
    return this.#at(ref).metadata;
  }

  select(matchers: readonly Matcher[]): Uint32Array {
    this.selectCount += 1;
    const tests = matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const);
    const refs: number[] = [];
    this.#series.forEach((series, ref) => {
      if (series === null) return;
      if (tests.every(([name, test]) => test(labelValue(series.labels, name)))) refs.push(ref);
    });
    return Uint32Array.from(refs);
  }

  listen(listener: SeriesListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #at(ref: SeriesRef): FakeSeries {
    const series = this.#series[ref] ?? null;
    assert(series !== null, `series ${ref} is gone`);
    return series;
  }

  #grow(): void {
    const timestampsMs = new Float64Array(this.values.length * 2);
    const values = new Float64Array(this.values.length * 2);
    timestampsMs.set(this.timestampsMs);
    new Uint8Array(values.buffer).set(new Uint8Array(this.values.buffer));
    this.timestampsMs = timestampsMs;
    this.values = values;
  }
}
