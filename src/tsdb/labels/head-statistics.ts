import { METRIC_NAME } from "#model";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import type { Head } from "../head/head.ts";

/** A name and its figure. */
interface NamedCount {
  readonly name: string;
  readonly count: number;
}

/** What is in memory. Lists hold the largest entries, the largest first. */
export interface HeadStatistics {
  readonly series: number;
  readonly labelPairs: number;
  /** Compressed streams of samples: one per series and time range, more where samples come late. */
  readonly chunks: number;
  /** Of the first and the last sample, or null where there are none. */
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly seriesCountByMetricName: readonly NamedCount[];
  readonly labelValueCountByLabelName: readonly NamedCount[];
  /** Of the label's values: their UTF-8 bytes, once for each series. */
  readonly memoryInBytesByLabelName: readonly NamedCount[];
  /** By `name=value`. */
  readonly seriesCountByLabelValuePair: readonly NamedCount[];
}

interface LabelFigures {
  values: number;
  bytes: number;
}

export async function headStatistics(head: Head, entriesMax: number): Promise<HeadStatistics> {
  const { index } = head;
  const turns = new EventLoopTurns();
  const metrics = new LargestEntries(entriesMax);
  const pairs = new LargestEntries(entriesMax);
  const labels = new Map<string, LabelFigures>();
  let labelPairs = 0;
  for (let pair = 1; pair < index.pairEnd; pair++) {
    const count = index.liveSeriesCountOf(pair);
    if (count > 0) {
      const name = index.nameOf(pair);
      const value = index.valueOf(pair);
      labelPairs += 1;
      let figures = labels.get(name);
      if (figures === undefined) labels.set(name, (figures = { values: 0, bytes: 0 }));
      figures.values += 1;
      figures.bytes += Buffer.byteLength(value) * count;
      if (name === METRIC_NAME) metrics.add(value, count);
      pairs.add(`${name}=${value}`, count);
    }
    if (turns.due()) await turns.pass();
  }
  const ofLabels = (figure: keyof LabelFigures): readonly NamedCount[] => {
    const largest = new LargestEntries(entriesMax);
    for (const [name, figures] of labels) largest.add(name, figures[figure]);
    return largest.sorted();
  };
  return {
    series: index.count,
    labelPairs,
    ...sampleExtent(head),
    seriesCountByMetricName: metrics.sorted(),
    labelValueCountByLabelName: ofLabels("values"),
    memoryInBytesByLabelName: ofLabels("bytes"),
    seriesCountByLabelValuePair: pairs.sorted(),
  };
}

function sampleExtent(head: Head): Pick<HeadStatistics, "chunks" | "minMs" | "maxMs"> {
  const ranges = head.ranges.all();
  const chunks = ranges.reduce((sum, range) => sum + range.streams, 0);
  const minMs = ranges.reduce((least, range) => Math.min(least, range.firstSampleMs), Infinity);
  return chunks === 0
    ? { chunks, minMs: null, maxMs: null }
    : { chunks, minMs, maxMs: head.newestMs };
}

/** Keeps the largest of many entries; of equal ones those whose names come first. */
class LargestEntries {
  readonly #entriesMax: number;
  #kept: NamedCount[] = [];
  #least = 0;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  add(name: string, count: number): void {
    if (count < this.#least) return;
    this.#kept.push({ name, count });
    // Sorting now and then is cheaper than keeping order with each entry.
    if (this.#kept.length < this.#entriesMax * 2 + 100) return;
    this.#kept = this.sorted();
    this.#least = this.#kept.at(-1)?.count ?? 0;
  }

  sorted(): NamedCount[] {
    return this.#kept
      .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
      .slice(0, this.#entriesMax);
  }
}
