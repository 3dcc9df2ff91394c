/**
 * Stored samples as one OpenMetrics document with timestamps, such as `import openmetrics` reads.
 *
 * A strict document keeps families together, in a family metric after metric, and all samples of a
 * metric at one time side by side. So the names are collected first, then family after family is
 * read: a family of one name streams series by series; of a family with several (a histogram) one
 * metric after the other is read whole and its samples are interleaved by time. Memory holds one
 * metric's samples. Stale markers and native histograms have no form in OpenMetrics and are left out;
 * of the latter the caller is told.
 */
import {
  END_OF_OPENMETRICS,
  type FamilyPlace,
  formatFamilyHeader,
  formatSeriesPrefix,
  type LineOrder,
  lineOrderOf,
  compareLines,
  NUMBER_BYTES_MAX,
  planFamilies,
  writeTimestamp,
  writeValue,
} from "#exposition";
import {
  isStaleMarker,
  type Labels,
  labelPairs,
  labelsKey,
  labelValue,
  type Matcher,
  METRIC_NAME,
  type MetricMetadata,
  type Queryable,
  SampleColumns,
  type TimeRange,
  wordsOf,
} from "#model";
import { OutputChunks } from "./output-chunks.ts";

const style = { format: "openmetrics-1.0.0", escaping: "allow-utf-8" } as const;
const newline = 0x0a;
const space = 0x20;

/** What is exported: every series that one of the matcher lists selects. */
export interface ExportSelection {
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  /** Told at the end, where there were any. */
  readonly onHistogramsLeftOut?: (samples: number) => void;
}

/** One series of a metric, read. */
interface Line {
  readonly order: LineOrder;
  readonly prefix: Uint8Array;
  readonly samples: SampleColumns;
}

export async function* exportOpenMetrics(
  store: Queryable,
  selection: ExportSelection,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const out = new OutputChunks();
  let histograms = 0;
  const families = Map.groupBy(
    planFamilies(await metricNames(store, selection), style),
    ([, place]) => place.header,
  );
  for (const [header, members] of families) {
    out.bytes(formatFamilyHeader(header, style.format));
    const places = new Map(members);
    const groups = places.size === 1 ? null : await metricsOf(store, selection, places);
    const lines =
      groups === null
        ? streamedLines(store, selection, places)
        : groupedLines(store, selection, places, groups);
    for await (const metric of lines) {
      histograms += metric.reduce((sum, { samples }) => sum + histogramsIn(samples), 0);
      for (const _ of writeMetric(out, metric)) yield* out.full();
      yield* out.full();
    }
  }
  if (histograms > 0) selection.onHistogramsLeftOut?.(histograms);
  out.bytes(END_OF_OPENMETRICS);
  yield* out.rest();
}

/** Every name in the selection, with the metadata of its first series that has any. */
async function metricNames(
  store: Queryable,
  { selectors, range }: ExportSelection,
): Promise<Map<string, MetricMetadata | null>> {
  const names = new Map<string, MetricMetadata | null>();
  for (const matchers of selectors) {
    for await (const { labels, metadata } of store.select(matchers, range)) {
      const name = labelValue(labels, METRIC_NAME);
      if (names.get(name) == null) names.set(name, metadata);
    }
  }
  return names;
}

/** Every series of these names once, although selectors may overlap. */
async function* selected(
  store: Queryable,
  { selectors, range }: ExportSelection,
  names: Iterable<string>,
  also: readonly Matcher[],
): AsyncGenerator<{ readonly labels: Labels; read(into: SampleColumns): void }> {
  const seen = new Set<string>();
  for (const name of names) {
    const ofName: Matcher = { name: METRIC_NAME, operator: "=", value: name };
    for (const matchers of selectors) {
      for await (const series of store.select([ofName, ...also, ...matchers], range)) {
        if (selectors.length > 1) {
          const key = labelsKey(series.labels);
          if (seen.has(key)) continue;
          seen.add(key);
        }
        yield series;
      }
    }
  }
}

async function* streamedLines(
  store: Queryable,
  selection: ExportSelection,
  places: ReadonlyMap<string, FamilyPlace>,
): AsyncGenerator<readonly Line[]> {
  for await (const series of selected(store, selection, places.keys(), [])) {
    const line = readLine(series, places);
    if (line !== null) yield [line];
  }
}

/** The label sets of a family's metrics, without name and bound. */
async function metricsOf(
  store: Queryable,
  selection: ExportSelection,
  places: ReadonlyMap<string, FamilyPlace>,
): Promise<readonly Labels[]> {
  const groups = new Map<string, Labels>();
  for await (const { labels } of selected(store, selection, places.keys(), [])) {
    const place = places.get(labelValue(labels, METRIC_NAME));
    if (place === undefined) continue;
    const { group } = lineOrderOf(labels, place);
    groups.set(labelsKey(group), group);
  }
  return [...groups.values()];
}

async function* groupedLines(
  store: Queryable,
  selection: ExportSelection,
  places: ReadonlyMap<string, FamilyPlace>,
  groups: readonly Labels[],
): AsyncGenerator<readonly Line[]> {
  for (const group of groups) {
    const same = Array.from(labelPairs(group), ([name, value]): Matcher => ({
      name,
      operator: "=",
      value,
    }));
    const lines: Line[] = [];
    for await (const series of selected(store, selection, places.keys(), same)) {
      const line = readLine(series, places);
      if (line !== null && labelsKey(line.order.group) === labelsKey(group)) lines.push(line);
    }
    yield lines.toSorted((a, b) => compareLines(a.order, b.order));
  }
}

function readLine(
  series: { readonly labels: Labels; read(into: SampleColumns): void },
  places: ReadonlyMap<string, FamilyPlace>,
): Line | null {
  const place = places.get(labelValue(series.labels, METRIC_NAME));
  if (place === undefined) return null;
  const samples = new SampleColumns();
  series.read(samples);
  return {
    order: lineOrderOf(series.labels, place),
    prefix: formatSeriesPrefix(series.labels, place, style),
    samples,
  };
}

function histogramsIn({ histograms }: SampleColumns): number {
  return histograms === null ? 0 : histograms.filter((one) => one !== undefined).length;
}

/** Writes a metric's samples in time order; gives way after each moment. */
function* writeMetric(out: OutputChunks, lines: readonly Line[]): Generator<void> {
  const cursors = lines.map(({ prefix, samples }) => ({
    prefix,
    samples,
    words: wordsOf(samples.values),
    at: 0,
  }));
  while (true) {
    let nextMs = Infinity;
    for (const { samples, at } of cursors) {
      if (at < samples.length) nextMs = Math.min(nextMs, samples.timestampsMs[at] as number);
    }
    if (nextMs === Infinity) return;
    for (const cursor of cursors) {
      const { samples, at } = cursor;
      if (at >= samples.length || samples.timestampsMs[at] !== nextMs) continue;
      if (samples.histograms?.[at] === undefined && !isStaleMarker(cursor.words, at)) {
        writeLine(out, cursor.prefix, samples.values[at] as number, nextMs);
      }
      cursor.at += 1;
    }
    yield;
  }
}

function writeLine(
  out: OutputChunks,
  prefix: Uint8Array,
  value: number,
  timestampMs: number,
): void {
  const target = out.reserve(prefix.length + 2 * NUMBER_BYTES_MAX + 2);
  let end = out.length;
  target.set(prefix, end);
  end = writeValue(target, end + prefix.length, value);
  target[end++] = space;
  end = writeTimestamp(target, end, timestampMs, style.format);
  target[end++] = newline;
  out.length = end;
}
