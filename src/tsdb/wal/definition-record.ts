import type { MetricMetadata } from "#model";
import { ByteSink } from "./byte-sink.ts";
import { ByteSource } from "./byte-source.ts";

/**
 * Series as the log knows them: a number, labels, metadata. A record carries its own table of texts
 * and pairs, so each can be read without the others and a lost one costs its own series only.
 * Drawn in docs/formats/wal.md.
 */
/** What the encoder must know of the index; ids are the index's own. */
export interface DefinedPairs {
  /** Ids of the series' pairs in label order. */
  pairIds(ref: number): Uint32Array;
  nameSymbol(pair: number): number;
  valueSymbol(pair: number): number;
  symbolText(symbol: number): string;
}

/**
 * Makes a record straight from the index's ids: an array of labels per series would be hundreds of
 * bytes of garbage for each of, at worst, a million new series.
 */
export class DefinitionEncoder {
  readonly #index: DefinedPairs;
  readonly #texts = new LocalIds<number | string>();
  readonly #pairs = new LocalIds<number>();
  readonly #metadata = new LocalIds<MetricMetadata>();
  readonly #series = new ByteSink();
  readonly #assignments = new ByteSink();
  #seriesCount = 0;
  #assignmentCount = 0;
  #previous = 0;

  constructor(index: DefinedPairs) {
    this.#index = index;
  }

  get count(): number {
    return this.#seriesCount + this.#assignmentCount;
  }

  addSeries(series: number, ref: number, metadata: MetricMetadata | null): void {
    this.#seriesCount += 1;
    this.#series.putSigned(series - this.#previous);
    this.#previous = series;
    this.#series.putVarint(this.#metadataId(metadata));
    const pairs = this.#index.pairIds(ref);
    this.#series.putVarint(pairs.length);
    for (const pair of pairs) this.#series.putVarint(this.#pairs.idOf(pair));
  }

  addAssignment(series: number, metadata: MetricMetadata | null): void {
    this.#assignmentCount += 1;
    this.#assignments.putVarint(series);
    this.#assignments.putVarint(this.#metadataId(metadata));
  }

  finish(): Uint8Array {
    const pairs = new ByteSink();
    pairs.putVarint(this.#pairs.all.length);
    for (const pair of this.#pairs.all) {
      pairs.putVarint(this.#texts.idOf(this.#index.nameSymbol(pair)));
      pairs.putVarint(this.#texts.idOf(this.#index.valueSymbol(pair)));
    }
    const metadata = new ByteSink();
    metadata.putVarint(this.#metadata.all.length);
    for (const { family, type, help, unit } of this.#metadata.all) {
      for (const text of [family, type, help, unit]) metadata.putVarint(this.#texts.idOf(text));
    }
    const record = new ByteSink();
    record.putVarint(this.#texts.all.length);
    for (const text of this.#texts.all) {
      record.putText(typeof text === "string" ? text : this.#index.symbolText(text));
    }
    record.putBytes(pairs.view());
    record.putBytes(metadata.view());
    record.putVarint(this.#seriesCount);
    record.putBytes(this.#series.view());
    record.putVarint(this.#assignmentCount);
    record.putBytes(this.#assignments.view());
    return record.copy();
  }

  #metadataId(metadata: MetricMetadata | null): number {
    return metadata === null ? 0 : this.#metadata.idOf(metadata) + 1;
  }
}

/** Takes what a record says, in its order. */
export interface DefinitionSink {
  /** The receiver's own id of a pair; asked once for each pair of the record. */
  pairId(name: string, value: string): number;
  /** `pairs` is in label order and reused. */
  series(series: number, pairs: Uint32Array, metadata: MetricMetadata | null): void;
  assignment(series: number, metadata: MetricMetadata | null): void;
}

/** The reverse of the encoder. */
export function readDefinitions(bytes: Uint8Array, sink: DefinitionSink): void {
  const source = new ByteSource(bytes);
  const texts = list(source, () => source.text());
  const text = (): string => texts[source.varint()] ?? "";
  const pairIds = list(source, () => sink.pairId(text(), text()));
  const metadata = list(source, () => metadataOf(text(), text(), text(), text()));
  const metadataAt = (): MetricMetadata | null => metadata[source.varint() - 1] ?? null;
  let pairs = new Uint32Array(64);
  let number = 0;
  for (let left = source.varint(); left > 0; left--) {
    number += source.signed();
    const content = metadataAt();
    const count = source.varint();
    if (count > pairs.length) pairs = new Uint32Array(count * 2);
    for (let i = 0; i < count; i++) pairs[i] = pairIds[source.varint()] ?? 0;
    sink.series(number, pairs.subarray(0, count), content);
  }
  for (let left = source.varint(); left > 0; left--) sink.assignment(source.varint(), metadataAt());
}

function metadataOf(family: string, type: string, help: string, unit: string): MetricMetadata {
  return { family, type: type as MetricMetadata["type"], help, unit };
}

function list<Item>(source: ByteSource, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = source.varint(); left > 0; left--) items.push(read());
  return items;
}

/** Numbers distinct keys from 0 in the order in which they come. */
class LocalIds<Key> {
  readonly all: Key[] = [];
  readonly #ids = new Map<Key, number>();

  idOf(key: Key): number {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.all.length;
    this.#ids.set(key, id);
    this.all.push(key);
    return id;
  }
}
