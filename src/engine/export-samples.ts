import { setImmediate as others } from "node:timers/promises";
import {
  compareLabels,
  type Labels,
  labelsKey,
  type Matcher,
  type Queryable,
  SampleColumns,
  type SelectedSeries,
  type TimeRange,
} from "#model";
import { type RangeSeries, splitSamples } from "#promql";
import { renderResult, type ResultFormat } from "#results";

interface SampleSelection {
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
}

/**
 * Stored samples in a format of query results, without stale markers. Labels of all series are held,
 * samples of one at a time: they are read when their turn comes, and again where a format goes
 * through the series twice.
 */
export async function* exportSamples(
  store: Queryable,
  selection: SampleSelection,
  format: ResultFormat,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  using readable = new DisposableStack();
  const selected = await selectOnce(store, selection, readable);
  const value = { type: "samples", series: storedSeries(selected) } as const;
  for (const chunk of renderResult({ value, annotations: [] }, { format }, { query: "" })) {
    yield chunk;
    // Scrapes and queries share this thread.
    await others();
  }
}

/** Every series once, although selectors may overlap; sorted by labels. */
async function selectOnce(
  store: Queryable,
  { selectors, range }: SampleSelection,
  readable: DisposableStack,
): Promise<readonly SelectedSeries[]> {
  const found = new Map<string, SelectedSeries>();
  for (const matchers of selectors) {
    for await (const series of store.select(matchers, range, readable)) {
      found.set(labelsKey(series.labels), series);
    }
  }
  return [...found.values()].toSorted((a, b) => compareLabels(a.labels, b.labels));
}

/** Series with at least one sample. */
function* storedSeries(selected: readonly SelectedSeries[]): Generator<RangeSeries> {
  const reader = new SampleReader();
  for (const series of selected) {
    const stored = new StoredRuns(series, reader);
    if (stored.floats.length + stored.histograms.length > 0) yield stored;
  }
}

type Runs = ReturnType<typeof splitSamples>;

/** Reads a series' samples when they are asked for, and lets go of those of the one before. */
class SampleReader {
  #held: { readonly series: SelectedSeries; readonly runs: Runs } | null = null;

  runsOf(series: SelectedSeries): Runs {
    if (this.#held?.series !== series) {
      const columns = new SampleColumns();
      series.read(columns);
      const { length, timestampsMs, values, histograms } = columns;
      const samples = { length, timestampsMs, values, histograms, startTimestampsMs: null };
      this.#held = { series, runs: splitSamples(samples) };
    }
    return this.#held.runs;
  }
}

class StoredRuns implements RangeSeries {
  readonly dropsName = false;
  readonly #series: SelectedSeries;
  readonly #reader: SampleReader;

  constructor(series: SelectedSeries, reader: SampleReader) {
    this.#series = series;
    this.#reader = reader;
  }

  get labels(): Labels {
    return this.#series.labels;
  }

  get floats(): Runs["floats"] {
    return this.#reader.runsOf(this.#series).floats;
  }

  get histograms(): Runs["histograms"] {
    return this.#reader.runsOf(this.#series).histograms;
  }
}
