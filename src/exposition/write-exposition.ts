import { type Exemplar, type Labels, labelValue, METRIC_NAME, type MetricMetadata } from "#model";
import { formatFamilyHeader } from "./family-header.ts";
import { incompleteFamilies, type PlannedLine } from "./family-completeness.ts";
import {
  type ExpositionStyle,
  type FamilyHeader,
  type FamilyPlace,
  planFamilies,
} from "./family-plan.ts";
import { NUMBER_BYTES_MAX, writeTimestamp, writeValue } from "./float-writer.ts";
import { isOpenMetrics } from "./format.ts";
import { compareLines, type LineOrder, lineOrderOf } from "./sample-order.ts";
import { formatExemplar, formatSeriesPrefix } from "./series-prefix.ts";

/** One sample to be written. */
export interface SampleToWrite {
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
  readonly value: number;
  /** Written only where timestamps are asked for. */
  readonly timestampMs?: number | null;
  /** Written only in OpenMetrics, on buckets and counters. */
  readonly exemplar?: Exemplar | null;
}

export interface WriteOptions extends ExpositionStyle {
  /** Default false: explicit timestamps switch off the scraper's staleness marking. */
  readonly timestamps?: boolean;
}

const lastLine = "# EOF\n";

/** The last line of every OpenMetrics document. */
export const END_OF_OPENMETRICS: Uint8Array = new TextEncoder().encode(lastLine);

/** A whole document from samples in any order. Of two lines for the same series the first stays. */
export function writeExposition(
  samples: Iterable<SampleToWrite>,
  options: WriteOptions,
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  const lines = orderedLines(samples, options);
  let header: FamilyHeader | null = null;
  let previous: LineOrder | null = null;
  for (const { sample, order } of lines) {
    if (previous !== null && compareLines(previous, order) === 0) continue;
    previous = order;
    if (order.place.header !== header) {
      header = order.place.header;
      writer.bytes(formatFamilyHeader(header, options.format));
    }
    writer.bytes(formatSeriesPrefix(sample.labels, order.place, options));
    writeRest(writer, sample, order, options);
  }
  if (isOpenMetrics(options.format)) writer.bytes(END_OF_OPENMETRICS);
  return writer.finish();
}

interface Line extends PlannedLine {
  readonly sample: SampleToWrite;
}

function orderedLines(samples: Iterable<SampleToWrite>, style: ExpositionStyle): Line[] {
  const kept = Array.from(samples);
  const names = new Map<string, MetricMetadata | null>();
  for (const { labels, metadata } of kept) {
    const name = labelValue(labels, METRIC_NAME);
    if (!names.get(name)) names.set(name, metadata);
  }
  const lines = placedLines(kept, planFamilies(names, style));
  const incomplete = incompleteFamilies(lines);
  return incomplete.size === 0 ? lines : placedLines(kept, planFamilies(names, style, incomplete));
}

function placedLines(
  samples: readonly SampleToWrite[],
  places: ReadonlyMap<string, FamilyPlace>,
): Line[] {
  const lines: Line[] = [];
  for (const sample of samples) {
    const { labels } = sample;
    const place = places.get(labelValue(labels, METRIC_NAME));
    if (place !== undefined) lines.push({ sample, labels, order: lineOrderOf(labels, place) });
  }
  return lines.toSorted((a, b) => compareLines(a.order, b.order));
}

function writeRest(
  writer: ByteWriter,
  sample: SampleToWrite,
  { place }: LineOrder,
  options: WriteOptions,
): void {
  writer.number((target, at) => writeValue(target, at, sample.value));
  const { timestampMs = null, exemplar = null } = sample;
  if (options.timestamps === true && timestampMs !== null) {
    writer.text(" ");
    writer.number((target, at) => writeTimestamp(target, at, timestampMs, options.format));
  }
  const showsExemplar = place.allowsExemplars && isOpenMetrics(options.format);
  if (exemplar !== null && showsExemplar) writer.text(formatExemplar(exemplar, options));
  writer.text("\n");
}

/** Bytes that grow. */
class ByteWriter {
  readonly #utf8 = new TextEncoder();
  #target = new Uint8Array(4096);
  #length = 0;

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#target.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(text: string): void {
    this.bytes(this.#utf8.encode(text));
  }

  number(write: (target: Uint8Array, at: number) => number): void {
    this.#reserve(NUMBER_BYTES_MAX);
    this.#length = write(this.#target, this.#length);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#target.slice(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#target.length) return;
    const grown = new Uint8Array(Math.max(this.#target.length * 2, this.#length + count));
    grown.set(this.#target.subarray(0, this.#length));
    this.#target = grown;
  }
}
