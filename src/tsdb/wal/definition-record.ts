import type { Labels, MetricMetadata } from "#model";
import { ByteSink } from "./byte-sink.ts";
import { ByteSource } from "./byte-source.ts";

/**
 * Series as the log knows them: a number, labels, metadata. A record carries its own table of texts
 * and pairs, so each can be read without the others and a lost one costs its own series only.
 * Drawn in docs/formats/wal.md.
 */
export interface SeriesDefinition {
  readonly series: number;
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
}

/** A known series whose metadata has changed. */
export interface MetadataAssignment {
  readonly series: number;
  readonly metadata: MetricMetadata | null;
}

export interface Definitions {
  readonly series: readonly SeriesDefinition[];
  readonly assignments: readonly MetadataAssignment[];
}

export function encodeDefinitions(definitions: Definitions): Uint8Array {
  const texts = new Interned<string>((text) => text);
  const pairs = new Interned<readonly [number, number]>((pair) => pair.join());
  const metadata = new Interned<readonly number[]>((entry) => entry.join());
  const body = new ByteSink();
  const metadataId = (content: MetricMetadata | null): number => {
    if (content === null) return 0;
    const fields = [content.family, content.type, content.help, content.unit];
    return metadata.id(fields.map((field) => texts.id(field))) + 1;
  };

  body.putVarint(definitions.series.length);
  let previous = 0;
  for (const definition of definitions.series) {
    body.putSigned(definition.series - previous);
    previous = definition.series;
    body.putVarint(metadataId(definition.metadata));
    const { labels } = definition;
    body.putVarint(labels.length / 2);
    for (let i = 0; i < labels.length; i += 2) {
      const pair = [texts.id(labels[i] ?? ""), texts.id(labels[i + 1] ?? "")] as const;
      body.putVarint(pairs.id(pair));
    }
  }
  body.putVarint(definitions.assignments.length);
  for (const assignment of definitions.assignments) {
    body.putVarint(assignment.series);
    body.putVarint(metadataId(assignment.metadata));
  }

  const record = new ByteSink();
  record.putVarint(texts.all.length);
  for (const text of texts.all) record.putText(text);
  record.putVarint(pairs.all.length);
  for (const pair of pairs.all) for (const text of pair) record.putVarint(text);
  record.putVarint(metadata.all.length);
  for (const entry of metadata.all) for (const text of entry) record.putVarint(text);
  record.putBytes(body.view());
  return record.copy();
}

/** The reverse; label arrays are made anew, texts are shared within the record. */
export function decodeDefinitions(bytes: Uint8Array): Definitions {
  const source = new ByteSource(bytes);
  const texts = list(source, () => source.text());
  const text = (): string => texts[source.varint()] ?? "";
  const pairs = list(source, () => [text(), text()] as const);
  const metadata = list(source, () => metadataOf(text(), text(), text(), text()));
  const metadataAt = (): MetricMetadata | null => metadata[source.varint() - 1] ?? null;
  let number = 0;
  const series = list(source, () => {
    number += source.signed();
    const content = metadataAt();
    const labels = list(source, () => pairs[source.varint()] ?? []).flat() as readonly string[];
    return { series: number, metadata: content, labels: labels as Labels };
  });
  const assignments = list(source, () => ({ series: source.varint(), metadata: metadataAt() }));
  return { series, assignments };
}

function metadataOf(family: string, type: string, help: string, unit: string): MetricMetadata {
  return { family, type: type as MetricMetadata["type"], help, unit };
}

function list<Item>(source: ByteSource, read: () => Item): Item[] {
  const items: Item[] = [];
  for (let left = source.varint(); left > 0; left--) items.push(read());
  return items;
}

/** Numbers distinct contents from 0 in the order in which they come. */
class Interned<Content> {
  readonly all: Content[] = [];
  readonly #ids = new Map<string, number>();
  readonly #keyOf: (content: Content) => string;

  constructor(keyOf: (content: Content) => string) {
    this.#keyOf = keyOf;
  }

  id(content: Content): number {
    const key = this.#keyOf(content);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.all.length);
    this.all.push(content);
    return this.all.length - 1;
  }
}
