import { assert } from "#lib/assert";
import type { FloatHistogram } from "#model";
import { ByteReader } from "../chunk/byte-reader.ts";
import { ByteWriter } from "../chunk/byte-writer.ts";
import { sampleFloat, sampleWords } from "../head/sample-bits.ts";
import { CountSlab } from "../histogram/count-slab.ts";
import type { HeadSample } from "../head/head-sample.ts";
import { HistogramRecordReader, writeHistogramRecord } from "../histogram/histogram-record.ts";
import { ByteSink } from "./byte-sink.ts";
import { ByteSource } from "./byte-source.ts";

/**
 * One batch in the log: three sections, series, times, values.
 *
 * Series come in runs of rising numbers (a target's series were mostly made together), a batch
 * with one time for all stores it once, and a value is a varint whose lowest two bits say how it
 * is meant: whole, thousandths, millionths, or «eight bytes follow», and after these perhaps a
 * histogram. Nothing refers to another
 * batch, so a lost row costs its own samples only. Drawn in docs/formats/wal.md.
 */
const WHOLE = 0;
const THOUSANDTHS = 1;
const MILLIONTHS = 2;
const RAW = 3;
/** `RAW`, and a rest of 1. */
const HISTOGRAM = 7;
/** Unpacking looks up to four bytes past the end. */
const SLACK_BYTES = 4;
/** Larger numbers would not fit a varint with sign and kind. */
const MAGNITUDE_MAX = 2 ** 49;

const SAME_TIME = 1;

export class BatchRecorder {
  readonly #series = new ByteSink();
  readonly #times = new ByteSink();
  readonly #values = new ByteSink();
  readonly #record = new ByteSink();
  readonly #histogram = new ByteWriter();
  samples = 0;
  minMs = Number.POSITIVE_INFINITY;
  maxMs = Number.NEGATIVE_INFINITY;
  #runNext = 0;
  #runLength = 0;
  #lastMs = 0;

  begin(): void {
    this.#series.clear();
    this.#times.clear();
    this.#values.clear();
    this.samples = 0;
    this.minMs = Number.POSITIVE_INFINITY;
    this.maxMs = Number.NEGATIVE_INFINITY;
    this.#runNext = 0;
    this.#runLength = 0;
    this.#lastMs = 0;
  }

  add(
    series: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): void {
    if (series === this.#runNext && this.#runLength > 0) {
      this.#runLength += 1;
      this.#runNext += 1;
    } else {
      this.#endRun();
      this.#series.putSigned(series - this.#runNext);
      this.#runLength = 1;
      this.#runNext = series + 1;
    }
    if (this.samples === 0 || timestampMs !== this.#lastMs) {
      if (timestampMs < this.minMs) this.minMs = timestampMs;
      if (timestampMs > this.maxMs) this.maxMs = timestampMs;
      // The times so far were all equal: only now is a column of them needed.
      if (this.#times.length === 0 && this.samples > 0) {
        this.#times.putSigned(this.#lastMs);
        for (let i = 1; i < this.samples; i++) this.#times.putByte(0);
      }
      if (this.#times.length > 0) this.#times.putSigned(timestampMs - this.#lastMs);
      this.#lastMs = timestampMs;
    } else if (this.#times.length > 0) {
      this.#times.putByte(0);
    }
    this.samples += 1;
    if (histogram === undefined) putValue(this.#values, low, high);
    else this.#putHistogram(histogram, low, high);
  }

  #putHistogram(histogram: FloatHistogram, low: number, high: number): void {
    const { counterResetHint: hint } = histogram;
    this.#histogram.clear();
    writeHistogramRecord(histogram, { previous: null, hint, gap: 0 }, this.#histogram);
    for (let i = 0; i < SLACK_BYTES; i++) this.#histogram.writeByte(0);
    this.#values.putByte(HISTOGRAM);
    this.#values.putWord(low);
    this.#values.putWord(high);
    this.#values.putSection(this.#histogram.written());
  }

  /** The record of the batch; valid until the next `finish`. */
  finish(): Uint8Array {
    this.#endRun();
    const record = this.#record;
    record.clear();
    record.putVarint(this.samples);
    const sameTime = this.#times.length === 0;
    record.putByte(sameTime ? SAME_TIME : 0);
    if (sameTime) this.#times.putSigned(this.#lastMs);
    record.putSection(this.#series.view());
    record.putSection(this.#times.view());
    record.putSection(this.#values.view());
    return record.view();
  }

  #endRun(): void {
    if (this.#runLength > 0) this.#series.putVarint(this.#runLength);
    this.#runLength = 0;
  }
}

function putValue(sink: ByteSink, low: number, high: number): void {
  sampleWords[0] = low;
  sampleWords[1] = high;
  const value = sampleFloat[0] as number;
  if (
    value === (value | 0) &&
    value > -0x0800_0000 &&
    value < 0x0800_0000 &&
    high !== 0x8000_0000
  ) {
    putSmall(sink, (((value << 1) ^ (value >> 31)) << 2) | WHOLE);
    return;
  }
  const kind = kindOf(value, high);
  if (kind === RAW) {
    sink.putByte(RAW);
    sink.putWord(low);
    sink.putWord(high);
    return;
  }
  const scaled = Math.round(value * scaleOf(kind));
  const zigzag = scaled < 0 ? -scaled * 2 - 1 : scaled * 2;
  sink.putVarint(zigzag * 4 + kind);
}

/** A varint of at most 31 bits, without the arithmetic of large ones. */
function putSmall(sink: ByteSink, value: number): void {
  sink.reserve(5);
  const bytes = sink.bytes;
  let at = sink.length;
  let rest = value;
  while (rest > 127) {
    bytes[at++] = (rest & 127) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  sink.length = at;
}

/** The shortest form from which exactly these bits come back. */
function kindOf(value: number, high: number): number {
  if (!(Math.abs(value) < MAGNITUDE_MAX) || (value === 0 && high !== 0)) return RAW;
  if (Math.floor(value) === value) return WHOLE;
  const thousandths = Math.round(value * 1000);
  if (thousandths / 1000 === value && Math.abs(thousandths) < MAGNITUDE_MAX) return THOUSANDTHS;
  const millionths = Math.round(value * 1e6);
  if (millionths / 1e6 === value && Math.abs(millionths) < MAGNITUDE_MAX) return MILLIONTHS;
  return RAW;
}

function scaleOf(kind: number): number {
  return kind === WHOLE ? 1 : kind === THOUSANDTHS ? 1000 : 1e6;
}

/** Takes each sample of a record; the object is used again for the next. */
export type SampleSink = (series: number, sample: HeadSample) => void;

/** Reads one batch's record from `source`. */
export function readBatch(source: ByteSource, take: SampleSink): void {
  const samples = source.varint();
  const sameTime = (source.byte() & SAME_TIME) !== 0;
  const series = new ByteSource(source.section());
  const times = new ByteSource(source.section());
  const values = new ByteSource(source.section());
  const sample: HeadSample = {
    timestampMs: sameTime ? times.signed() : 0,
    low: 0,
    high: 0,
    histogram: undefined,
  };
  let next = 0;
  let runLeft = 0;
  for (let i = 0; i < samples; i++) {
    if (runLeft === 0) {
      next += series.signed();
      runLeft = series.varint();
    }
    if (!sameTime) sample.timestampMs += times.signed();
    readValue(values, sample);
    take(next, sample);
    next += 1;
    runLeft -= 1;
  }
}

const slab = new CountSlab();

function readValue(source: ByteSource, sample: HeadSample): void {
  const tagged = source.varint();
  const kind = tagged & 3;
  sample.histogram = undefined;
  if (kind === RAW) {
    assert(tagged === RAW || tagged === HISTOGRAM, "a value of an unknown kind");
    sample.low = source.word();
    sample.high = source.word();
    if (tagged === HISTOGRAM) sample.histogram = readHistogram(source, sample);
    return;
  }
  const zigzag = Math.floor(tagged / 4);
  const scaled = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  sampleFloat[0] = kind === WHOLE ? scaled : scaled / scaleOf(kind);
  sample.low = sampleWords[0] as number;
  sample.high = sampleWords[1] as number;
}

function readHistogram(source: ByteSource, { low, high }: HeadSample): FloatHistogram {
  const section = source.section();
  const records = new HistogramRecordReader();
  records.read(new ByteReader(section, 0, section.length - SLACK_BYTES));
  sampleWords[0] = low;
  sampleWords[1] = high;
  return records.histogram(sampleFloat[0] as number, slab);
}
