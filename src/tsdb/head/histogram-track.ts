import type { FloatHistogram, HistogramBuckets, SampleColumns } from "#model";
import { ByteReader } from "../chunk/byte-reader.ts";
import { ByteWriter } from "../chunk/byte-writer.ts";
import { CountSlab } from "../histogram/count-slab.ts";
import { HistogramRecordReader, writeHistogramRecord } from "../histogram/histogram-record.ts";
import { resetHint } from "../histogram/reset-hint.ts";

/** What a reader may look at past the end: see bit-packing.ts. */
const SLACK_BYTES = 4;

// One thread, no reentrance.
const scratch = new ByteWriter();
const slab = new CountSlab();

/**
 * The histograms of one series in one layer, compressed one against the other. Which samples of the
 * layer's stream they belong to is counted: most series are histograms throughout.
 */
export class HistogramTrack {
  #bytes = new Uint8Array(64);
  #length = 0;
  #previous: FloatHistogram | null = null;
  /** The index in the stream that the next histogram has if no float comes between. */
  #nextIndex = 0;

  get bytes(): number {
    return this.#bytes.length;
  }

  /** Adds the histogram of the sample at `index` of the stream; indexes rise. */
  add(index: number, histogram: FloatHistogram): void {
    const gap = index - this.#nextIndex;
    const before = gap === 0 ? this.#previous : null;
    const hint = resetHint(before, histogram);
    scratch.clear();
    writeHistogramRecord(histogram, { previous: this.#previous, hint, gap }, scratch);
    this.#put(scratch.written());
    this.#previous = ownHistogram(histogram);
    this.#nextIndex = index + 1;
  }

  /** Gives the samples from ≤ index < to of the stream, which lie in `into` from `at` on, their histograms. */
  read(from: number, to: number, into: SampleColumns, at: number): void {
    const reader = new ByteReader(this.#bytes, 0, this.#length);
    const records = new HistogramRecordReader();
    let index = 0;
    while (reader.position < this.#length) {
      records.read(reader);
      index += records.gap;
      if (index >= to) return;
      if (index >= from) {
        const place = at + index - from;
        into.setHistogram(place, records.histogram(into.values[place] as number, slab));
      }
      index += 1;
    }
  }

  #put(record: Uint8Array): void {
    const needed = this.#length + record.length + SLACK_BYTES;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(record, this.#length);
    this.#length += record.length;
  }
}

/** Counts that are cut out of something larger, a request's body, would keep all of it in memory. */
function ownHistogram(histogram: FloatHistogram): FloatHistogram {
  const { positive, negative } = histogram;
  return isCutOut(positive) || isCutOut(negative)
    ? { ...histogram, positive: ownBuckets(positive), negative: ownBuckets(negative) }
    : histogram;
}

function isCutOut({ indexes, counts }: HistogramBuckets): boolean {
  return (
    counts.byteLength < counts.buffer.byteLength || indexes.byteLength < indexes.buffer.byteLength
  );
}

function ownBuckets({ indexes, counts }: HistogramBuckets): HistogramBuckets {
  return { indexes: indexes.slice(), counts: counts.slice() };
}
