import { assert } from "#lib/assert";
import { compareUtf8, type Labels, type MetricMetadata } from "#model";
import type { ByteWriter } from "../chunk/byte-writer.ts";
import { RECORD_KEY_END, type RecordTable } from "./block-record.ts";
import type { EventLoopTurns } from "./event-loop-turns.ts";
import { sortTexts } from "./sorted-texts.ts";
import { writeText } from "./text-field.ts";

/** Label pairs and series lie in pages of this many, found by id / 64. */
export const PAGE_ENTRIES = 64;

/** Where finished records go. */
export interface RecordSink {
  /** Starts a record; write it, then `put` it. */
  readonly record: ByteWriter;
  put(table: RecordTable, key: number): void;
}

/**
 * Collects the label sets of a block while its series stream by, and writes the index in the end:
 * the pairs sorted by name and value, the pairs of each series, the series of each pair. While it
 * collects, a series costs four bytes a label, and a label pair its text once.
 */
export class SeriesIndexWriter {
  readonly #idsByName = new Map<string, Map<string, number>>();
  readonly #metadataIds = new Map<string, number>();
  readonly #metadata: MetricMetadata[] = [];
  #pairs = 0;
  #series = 0;
  /** Pairs of all series in a row, by provisional id (order of appearance). */
  #pairRefs = new Uint32Array(1 << 12);
  #pairRefsLength = 0;
  /** Labels and metadata id of each series. */
  #labelCounts = new Uint16Array(1 << 8);
  #metadataOf = new Uint32Array(1 << 8);

  get series(): number {
    return this.#series;
  }
  get pairs(): number {
    return this.#pairs;
  }
  get metadata(): number {
    return this.#metadata.length;
  }

  /** Series come in the order of their labels. */
  add(labels: Labels, metadata: MetricMetadata | null): void {
    const count = labels.length / 2;
    this.#makeRoom(count);
    for (let i = 0; i < labels.length; i += 2) {
      const id = this.#pairId(labels[i] as string, labels[i + 1] as string);
      this.#pairRefs[this.#pairRefsLength++] = id;
    }
    this.#labelCounts[this.#series] = count;
    this.#metadataOf[this.#series] = metadata === null ? 0 : this.#metadataId(metadata);
    this.#series++;
    assert(this.#series < RECORD_KEY_END, "too many series for one block");
  }

  #makeRoom(labels: number): void {
    if (this.#pairRefsLength + labels > this.#pairRefs.length) {
      const larger = new Uint32Array(this.#pairRefs.length * 2 + labels);
      larger.set(this.#pairRefs);
      this.#pairRefs = larger;
    }
    if (this.#series === this.#labelCounts.length) {
      const counts = new Uint16Array(this.#series * 2);
      counts.set(this.#labelCounts);
      this.#labelCounts = counts;
      const metadata = new Uint32Array(this.#series * 2);
      metadata.set(this.#metadataOf);
      this.#metadataOf = metadata;
    }
  }

  #pairId(name: string, value: string): number {
    let ids = this.#idsByName.get(name);
    if (ids === undefined) this.#idsByName.set(name, (ids = new Map()));
    let id = ids.get(value);
    if (id === undefined) ids.set(value, (id = this.#pairs++));
    return id;
  }

  /** Ids from 1; 0 stands for none. */
  #metadataId(metadata: MetricMetadata): number {
    const { family, type, unit, help } = metadata;
    const key = JSON.stringify([family, type, unit, help]);
    let id = this.#metadataIds.get(key);
    if (id === undefined) {
      id = this.#metadata.push(metadata);
      this.#metadataIds.set(key, id);
    }
    return id;
  }

  async write(sink: RecordSink, turns: EventLoopTurns): Promise<void> {
    const finalIds = await this.#writePairs(sink, turns);
    for (let i = 0; i < this.#pairRefsLength; i++) {
      this.#pairRefs[i] = finalIds[this.#pairRefs[i] as number] as number;
      if ((i & LOOP_MASK) === 0 && turns.due()) await turns.pass();
    }
    await this.#writeSeriesPages(sink, turns);
    await this.#writePostings(sink, turns);
    this.#metadata.forEach(({ family, type, unit, help }, index) => {
      for (const text of [family, type, unit, help]) writeText(text, sink.record);
      sink.put("metadata", index + 1);
    });
  }

  /** Returns the final id (the place in the sorted order) of each provisional one. */
  async #writePairs(sink: RecordSink, turns: EventLoopTurns): Promise<Uint32Array> {
    const finalIds = new Uint32Array(this.#pairs);
    const names = Array.from(this.#idsByName.keys()).toSorted(compareUtf8);
    const firstPairs: number[] = [];
    let next = 0;
    for (const [nameIndex, name] of names.entries()) {
      firstPairs.push(next);
      const ids = this.#idsByName.get(name) as Map<string, number>;
      for (const value of await sortTexts(ids.keys(), turns)) {
        if (next > 0 && next % PAGE_ENTRIES === 0) sink.put("pair_page", next / PAGE_ENTRIES - 1);
        finalIds[ids.get(value) as number] = next++;
        sink.record.writeVarint(nameIndex);
        writeText(value, sink.record);
        if (turns.due()) await turns.pass();
      }
    }
    if (next > 0) sink.put("pair_page", Math.floor((next - 1) / PAGE_ENTRIES));
    sink.record.writeVarint(names.length);
    names.forEach((name, index) => {
      writeText(name, sink.record);
      sink.record.writeVarint(firstPairs[index] as number);
    });
    sink.put("meta", NAMES_KEY);
    return finalIds;
  }

  async #writeSeriesPages(sink: RecordSink, turns: EventLoopTurns): Promise<void> {
    let at = 0;
    for (let series = 0; series < this.#series; series++) {
      const count = this.#labelCounts[series] as number;
      sink.record.writeVarint(this.#metadataOf[series] as number);
      sink.record.writeVarint(count);
      let before = 0;
      for (const end = at + count; at < end; at++) {
        const id = this.#pairRefs[at] as number;
        sink.record.writeVarint(id - before);
        before = id;
      }
      if (series % PAGE_ENTRIES === PAGE_ENTRIES - 1 || series === this.#series - 1) {
        sink.put("series_page", Math.floor(series / PAGE_ENTRIES));
        if (turns.due()) await turns.pass();
      }
    }
  }

  /** Counting sort: how many series each pair has, where they begin, then each in its place. */
  async #writePostings(sink: RecordSink, turns: EventLoopTurns): Promise<void> {
    const starts = new Uint32Array(this.#pairs + 1);
    for (let i = 0; i < this.#pairRefsLength; i++) {
      (starts[(this.#pairRefs[i] as number) + 1] as number)++;
      if ((i & LOOP_MASK) === 0 && turns.due()) await turns.pass();
    }
    for (let pair = 0; pair < this.#pairs; pair++) {
      (starts[pair + 1] as number) += starts[pair] as number;
    }
    const places = starts.slice();
    const seriesOfPair = new Uint32Array(this.#pairRefsLength);
    for (let series = 0, at = 0; series < this.#series; series++) {
      for (const end = at + (this.#labelCounts[series] as number); at < end; at++) {
        seriesOfPair[(places[this.#pairRefs[at] as number] as number)++] = series;
      }
      if ((series & LOOP_MASK) === 0 && turns.due()) await turns.pass();
    }
    for (let pair = 0; pair < this.#pairs; pair++) {
      const end = starts[pair + 1] as number;
      let before = 0;
      sink.record.writeVarint(end - (starts[pair] as number));
      for (let i = starts[pair] as number; i < end; i++) {
        const series = seriesOfPair[i] as number;
        sink.record.writeVarint(series - before);
        before = series;
      }
      sink.put("postings", pair);
      if (turns.due()) await turns.pass();
    }
  }
}

/** Keys in the table `meta`. */
export const META_KEY = 1;
export const NAMES_KEY = 2;

/** Tight loops look at the clock each time these bits of the counter are zero. */
const LOOP_MASK = 0x3fff;
