import { columnsEqual, type FloatHistogram, NO_BUCKETS } from "#model";
import type { ByteReader } from "../chunk/byte-reader.ts";
import type { ByteWriter } from "../chunk/byte-writer.ts";
import { HISTOGRAM_BUCKETS_MAX } from "../limits.ts";
import { decodeValueColumn, encodeValueColumn } from "../chunk/value-column.ts";

/**
 * Which buckets a histogram has: what stays the same from sample to sample and is stored once for
 * many. Format: docs/formats/chunk.md.
 */
export interface BucketLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly customBounds: Float64Array;
  /** Indexes, strictly rising. */
  readonly positive: Int32Array;
  readonly negative: Int32Array;
}

/** The zero threshold that client libraries have by default, 2^−128. */
const USUAL_ZERO_THRESHOLD = 2 ** -128;
const ZERO_THRESHOLD = { zero: 0, usual: 1, given: 2 } as const;

export const NO_LAYOUT: BucketLayout = {
  schema: 0,
  zeroThreshold: 0,
  customBounds: new Float64Array(0),
  positive: NO_BUCKETS.indexes,
  negative: NO_BUCKETS.indexes,
};

export function layoutOf(histogram: FloatHistogram): BucketLayout {
  const { schema, zeroThreshold, customBounds, positive, negative } = histogram;
  return {
    schema,
    zeroThreshold,
    customBounds,
    positive: positive.indexes,
    negative: negative.indexes,
  };
}

/** What a histogram and a layout have in common before their buckets are looked at. */
type Shape = Pick<BucketLayout, "schema" | "zeroThreshold" | "customBounds">;

/** Whether bucket indexes mean the same in both. */
export function sameShape(a: Shape, b: Shape): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    columnsEqual(a.customBounds, b.customBounds)
  );
}

export function writeLayout(layout: BucketLayout, out: ByteWriter): void {
  out.writeZigzag(layout.schema);
  writeZeroThreshold(layout.zeroThreshold, out);
  const { length } = layout.customBounds;
  out.writeVarint(length);
  if (length > 0) encodeValueColumn(layout.customBounds, length, out);
  writeIndexes(layout.positive, out);
  writeIndexes(layout.negative, out);
}

/** Throws a RangeError where there is no layout. */
export function readLayout(reader: ByteReader): BucketLayout {
  const schema = reader.readZigzag();
  const zeroThreshold = readZeroThreshold(reader);
  const bounds = readLength(reader);
  const customBounds = new Float64Array(bounds);
  if (bounds > 0) {
    decodeValueColumn(reader, { count: bounds, from: 0, to: bounds }, customBounds, 0);
  }
  const positive = readIndexes(reader);
  return { schema, zeroThreshold, customBounds, positive, negative: readIndexes(reader) };
}

function writeZeroThreshold(threshold: number, out: ByteWriter): void {
  if (Object.is(threshold, 0)) {
    out.writeByte(ZERO_THRESHOLD.zero);
  } else if (threshold === USUAL_ZERO_THRESHOLD) {
    out.writeByte(ZERO_THRESHOLD.usual);
  } else {
    out.writeByte(ZERO_THRESHOLD.given);
    out.writeFloat64(threshold);
  }
}

function readZeroThreshold(reader: ByteReader): number {
  const form = reader.readByte();
  if (form === ZERO_THRESHOLD.zero) return 0;
  if (form === ZERO_THRESHOLD.usual) return USUAL_ZERO_THRESHOLD;
  if (form === ZERO_THRESHOLD.given) return reader.readFloat64();
  throw new RangeError(`unknown form ${form} of a zero threshold`);
}

function writeIndexes(indexes: Int32Array, out: ByteWriter): void {
  out.writeVarint(spanCount(indexes));
  let next: number | null = null;
  for (let from = 0; from < indexes.length;) {
    const first = indexes[from] as number;
    let to = from + 1;
    while (indexes[to] === first + to - from) to += 1;
    if (next === null) out.writeZigzag(first);
    else out.writeVarint(first - next);
    out.writeVarint(to - from);
    next = first + to - from;
    from = to;
  }
}

function spanCount(indexes: Int32Array): number {
  let spans = 0;
  for (let i = 0; i < indexes.length; i++) {
    if (i === 0 || indexes[i] !== (indexes[i - 1] as number) + 1) spans += 1;
  }
  return spans;
}

function readIndexes(reader: ByteReader): Int32Array {
  const spans = readLength(reader);
  if (spans === 0) return NO_BUCKETS.indexes;
  const indexes: number[] = [];
  let next = 0;
  for (let span = 0; span < spans; span++) {
    next += span === 0 ? reader.readZigzag() : reader.readVarint();
    const end = next + readLength(reader);
    if (indexes.length + end - next > HISTOGRAM_BUCKETS_MAX)
      throw new RangeError("too many buckets");
    while (next < end) indexes.push(next++);
  }
  return Int32Array.from(indexes);
}

function readLength(reader: ByteReader): number {
  const length = reader.readVarint();
  if (length > HISTOGRAM_BUCKETS_MAX) throw new RangeError(`layout of ${length} buckets`);
  return length;
}
