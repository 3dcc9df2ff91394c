import {
  type CounterResetHint,
  type FloatHistogram,
  type HistogramBuckets,
  NO_BUCKETS,
  type SampleColumns,
} from "#model";
import type { BucketLayout } from "../histogram/bucket-layout.ts";
import { CountSlab } from "../histogram/count-slab.ts";
import { totalCount } from "../histogram/total-count.ts";
import type { ByteReader } from "./byte-reader.ts";
import { type ColumnSlice, decodeValueColumn } from "./value-column.ts";

/** What a run's head says; the reader then stands behind the layout. */
export interface RunHead {
  readonly samples: number;
  /** Of the first sample. */
  readonly hint: CounterResetHint;
  readonly hasCounts: boolean;
  readonly hasZeroCounts: boolean;
  readonly layout: BucketLayout;
}

/** The buckets of one side that samples have from `from` on, until the next segment. */
interface Segment {
  readonly from: number;
  /** Buckets of the layout, by number. */
  readonly present: readonly number[];
  /** Shared by all samples of the segment. */
  readonly indexes: Int32Array;
}

const slab = new CountSlab();
let counts = new Float64Array(1024);
let zeroCounts = new Float64Array(1024);
let matrix = new Float64Array(1 << 14);

/** Decodes one run of histograms: columns of buckets back into rows of samples. */
export class HistogramRunReader {
  readonly #reader: ByteReader;
  readonly #head: RunHead;
  readonly #positive: readonly number[];
  readonly #negative: readonly number[];

  constructor(reader: ByteReader, head: RunHead) {
    this.#reader = reader;
    this.#head = head;
    const { positive, negative } = head.layout;
    const appearances = readAppearances(reader, positive.length + negative.length, head.samples);
    this.#positive = appearances.slice(0, positive.length);
    this.#negative = appearances.slice(positive.length);
  }

  /** Gives the places of `into` from `at` on their histograms. */
  read(slice: ColumnSlice, into: SampleColumns, at: number): void {
    const { hasCounts, hasZeroCounts, hint, layout } = this.#head;
    const size = slice.to - slice.from;
    if (counts.length < size) {
      counts = new Float64Array(size * 2);
      zeroCounts = new Float64Array(size * 2);
    }
    if (hasCounts) decodeValueColumn(this.#reader, slice, counts, 0);
    if (hasZeroCounts) decodeValueColumn(this.#reader, slice, zeroCounts, 0);
    else zeroCounts.fill(0, 0, size);
    const positive = this.#readSide(layout.positive, this.#positive, slice);
    const negative = this.#readSide(layout.negative, this.#negative, slice);
    const laterHint = hint === "gauge" ? "gauge" : "not_reset";
    const { schema, zeroThreshold, customBounds } = layout;
    for (let i = 0; i < size; i++) {
      const zeroCount = zeroCounts[i] as number;
      const above = positive[i] as HistogramBuckets;
      const below = negative[i] as HistogramBuckets;
      const histogram: FloatHistogram = {
        counterResetHint: slice.from + i === 0 ? hint : laterHint,
        schema,
        zeroThreshold,
        zeroCount,
        count: hasCounts
          ? (counts[i] as number)
          : totalCount(zeroCount, above.counts, below.counts),
        sum: into.values[at + i] as number,
        positive: above,
        negative: below,
        customBounds,
      };
      into.setHistogram(at + i, histogram);
    }
  }

  /** The buckets of each sample of the slice. */
  #readSide(
    layout: Int32Array,
    appearances: readonly number[],
    slice: ColumnSlice,
  ): HistogramBuckets[] {
    const size = slice.to - slice.from;
    if (matrix.length < size * layout.length) matrix = new Float64Array(size * layout.length * 2);
    for (const [bucket, appearance] of appearances.entries()) {
      const from = Math.max(slice.from, appearance);
      decodeValueColumn(
        this.#reader,
        {
          count: slice.count - appearance,
          from: from - appearance,
          to: Math.max(slice.to, appearance) - appearance,
        },
        matrix,
        bucket * size + from - slice.from,
      );
    }
    const segments = segmentsOf(layout, appearances);
    const rows: HistogramBuckets[] = [];
    let at = 0;
    for (let row = 0; row < size; row++) {
      while ((segments[at + 1]?.from ?? Infinity) <= slice.from + row) at += 1;
      rows.push(rowOf(segments[at] as Segment, row, size));
    }
    return rows;
  }
}

function rowOf({ present, indexes }: Segment, row: number, size: number): HistogramBuckets {
  const { length } = present;
  if (length === 0) return NO_BUCKETS;
  const own = slab.take(length);
  for (let i = 0; i < length; i++) own[i] = matrix[(present[i] as number) * size + row] as number;
  return { indexes, counts: own };
}

function segmentsOf(layout: Int32Array, appearances: readonly number[]): Segment[] {
  const starts = Array.from(new Set([0, ...appearances])).toSorted((a, b) => a - b);
  return starts.map((from) => {
    const present: number[] = [];
    for (const [bucket, appearance] of appearances.entries()) {
      if (appearance <= from) present.push(bucket);
    }
    const indexes =
      present.length === layout.length
        ? layout
        : Int32Array.from(present, (bucket) => layout[bucket] as number);
    return { from, present, indexes };
  });
}

function readAppearances(reader: ByteReader, buckets: number, samples: number): number[] {
  const appearances = Array.from({ length: buckets }, () => 0);
  const late = reader.readVarint();
  if (late > buckets) throw new RangeError(`${late} appearances of ${buckets} buckets`);
  let bucket = 0;
  for (let i = 0; i < late; i++) {
    bucket += reader.readVarint();
    const appearance = reader.readVarint();
    if (bucket >= buckets || appearance >= samples) {
      throw new RangeError(`bucket ${bucket} appears at ${appearance}`);
    }
    appearances[bucket++] = appearance;
  }
  return appearances;
}
