import {
  compareLabels,
  compareUtf8,
  compileMatcher,
  type FloatHistogram,
  type LabelQueryable,
  type Labels,
  labelPairs,
  labelValue,
  type Matcher,
  METRIC_NAME,
  type MetricMetadata,
  type NamedMetadata,
  type Queryable,
  type SampleColumns,
  type SelectedSeries,
  type SeriesSelection,
  type TimeRange,
  wordsOf,
  writeStaleMarker,
} from "#model";

export type FakeValue = number | "stale" | FloatHistogram;

export interface FakeSample {
  readonly timestampMs: number;
  readonly value: FakeValue;
}

export interface FakeSeries {
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
  readonly samples: readonly FakeSample[];
}

/** Series in plain arrays behind the seams that are read from: slow, and plainly right. */
export class QueryableFake implements Queryable, LabelQueryable {
  readonly #series: readonly FakeSeries[];

  constructor(series: readonly FakeSeries[]) {
    this.#series = series.toSorted((a, b) => compareLabels(a.labels, b.labels));
  }

  async *select(
    matchers: readonly Matcher[],
    range: TimeRange,
    _until?: DisposableStack,
  ): AsyncGenerator<SelectedSeries> {
    for (const { labels, metadata, samples } of this.#selected({ selectors: [matchers], range })) {
      yield {
        labels,
        metadata,
        read: (into) => {
          for (const sample of samples) if (isWithin(sample, range)) add(sample, into);
        },
      };
    }
  }

  async labelNames(selection: SeriesSelection): Promise<readonly string[]> {
    const pairs = this.#selected(selection).flatMap(({ labels }) => [...labelPairs(labels)]);
    return sortedTexts(pairs.map(([name]) => name));
  }

  async labelValues(name: string, selection: SeriesSelection): Promise<readonly string[]> {
    const values = this.#selected(selection).map(({ labels }) => labelValue(labels, name));
    return sortedTexts(values.filter((value) => value !== ""));
  }

  async *seriesLabels(selection: SeriesSelection): AsyncGenerator<Labels> {
    for (const { labels } of this.#selected(selection)) yield labels;
  }

  async metricMetadata(selection: SeriesSelection): Promise<readonly NamedMetadata[]> {
    const known = new Map<string, NamedMetadata>();
    for (const { labels, metadata } of this.#selected(selection)) {
      const metricName = labelValue(labels, METRIC_NAME);
      if (metadata === null || metricName === "") continue;
      known.set(JSON.stringify([metricName, metadata]), { metricName, metadata });
    }
    return Array.from(known.values()).toSorted((a, b) => compareUtf8(a.metricName, b.metricName));
  }

  #selected({ selectors, range }: SeriesSelection): FakeSeries[] {
    const tests = selectors.map((matchers) =>
      matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const),
    );
    return this.#series.filter(
      ({ labels, samples }) =>
        samples.some((sample) => isWithin(sample, range)) &&
        tests.some((all) => all.every(([name, test]) => test(labelValue(labels, name)))),
    );
  }
}

function isWithin({ timestampMs }: FakeSample, { minMs, maxMs }: TimeRange): boolean {
  return timestampMs >= minMs && timestampMs <= maxMs;
}

function sortedTexts(texts: Iterable<string>): string[] {
  return Array.from(new Set(texts)).toSorted(compareUtf8);
}

function add({ timestampMs, value }: FakeSample, into: SampleColumns): void {
  into.reserve(1);
  into.timestampsMs[into.length] = timestampMs;
  if (typeof value === "number") into.values[into.length] = value;
  else if (value === "stale") writeStaleMarker(wordsOf(into.values), into.length);
  else {
    into.values[into.length] = value.sum;
    into.setHistogram(into.length, value);
  }
  into.length += 1;
}
