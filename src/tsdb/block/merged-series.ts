import {
  compareLabels,
  type Labels,
  type MetricMetadata,
  SampleColumns,
  type SelectedSeries,
  type TimeRange,
} from "#model";
import type { BlockReader } from "./block-reader.ts";
import { mergeSamples } from "./merge-samples.ts";
import type { SeriesIds } from "./series-sets.ts";

/** The selected series of one block, gone through in the order of their labels. */
export class BlockCursor {
  readonly reader: BlockReader;
  readonly #ids: SeriesIds;
  #at = 0;
  labels: Labels | null = null;

  constructor(reader: BlockReader, ids: SeriesIds) {
    this.reader = reader;
    this.#ids = ids;
    this.#load();
  }

  get series(): number {
    return this.#ids[this.#at] as number;
  }

  advance(): void {
    this.#at++;
    this.#load();
  }

  #load(): void {
    this.labels = this.#at < this.#ids.length ? this.reader.labels(this.series) : null;
  }
}

/** Where one series lies in one block. */
interface SeriesPart {
  readonly reader: BlockReader;
  readonly series: number;
}

/** Goes through several blocks at once: each series once, with its parts from all blocks. */
export function* mergeCursors(
  cursors: readonly BlockCursor[],
  range: TimeRange,
): Generator<MergedSeries> {
  for (;;) {
    let labels: Labels | null = null;
    let at: BlockCursor[] = [];
    for (const cursor of cursors) {
      if (cursor.labels === null) continue;
      const order: number = labels === null ? -1 : compareLabels(cursor.labels, labels);
      if (order < 0) {
        labels = cursor.labels;
        at = [cursor];
      } else if (order === 0) {
        at.push(cursor);
      }
    }
    if (labels === null) return;
    const parts = at.map(({ reader, series }) => ({ reader, series }));
    yield new MergedSeries(labels, parts, range);
    for (const cursor of at) cursor.advance();
  }
}

const scratch = new SampleColumns();
const merged = new SampleColumns();

/** One series with its parts in several blocks. */
export class MergedSeries implements SelectedSeries {
  readonly labels: Labels;
  readonly #parts: SeriesPart[];
  readonly #range: TimeRange;

  constructor(labels: Labels, parts: SeriesPart[], range: TimeRange) {
    this.labels = labels;
    this.#parts = parts;
    this.#range = range;
  }

  /** The newest block's. */
  get metadata(): MetricMetadata | null {
    const newestFirst = this.#parts.toSorted((a, b) => b.reader.info.maxMs - a.reader.info.maxMs);
    for (const { reader, series } of newestFirst) {
      const metadata = reader.metadata(series);
      if (metadata !== null) return metadata;
    }
    return null;
  }

  read(into: SampleColumns): void {
    const parts = this.#parts.toSorted((a, b) => a.reader.info.minMs - b.reader.info.minMs);
    if (!overlap(parts)) {
      for (const { reader, series } of parts) reader.read(series, this.#range, into);
      return;
    }
    parts.sort((a, b) => byRank(a.reader, b.reader));
    const start = into.length;
    for (const { reader, series } of parts) {
      scratch.clear();
      reader.read(series, this.#range, scratch);
      if (scratch.length > 0) addNewer(into, start, scratch);
    }
  }
}

/** The order in which blocks were written; the later one's samples count. */
function byRank(a: BlockReader, b: BlockReader): number {
  return a.info.rank - b.info.rank || (a.info.id < b.info.id ? -1 : 1);
}

function overlap(sorted: readonly SeriesPart[]): boolean {
  let maxMs = -Infinity;
  for (const { reader } of sorted) {
    if (reader.info.minMs <= maxMs) return true;
    maxMs = Math.max(maxMs, reader.info.maxMs);
  }
  return false;
}

/** Merges `newer` into what `into` holds from `start` on. */
function addNewer(into: SampleColumns, start: number, newer: SampleColumns): void {
  const lastMs = into.length > start ? (into.timestampsMs[into.length - 1] as number) : -Infinity;
  let source = newer;
  if ((newer.timestampsMs[0] as number) <= lastMs) {
    merged.clear();
    mergeSamples(into, start, newer, merged);
    into.truncate(start);
    source = merged;
  }
  into.appendFrom(source);
}
