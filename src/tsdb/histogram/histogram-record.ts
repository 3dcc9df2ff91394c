import { columnsEqual, type CounterResetHint, type FloatHistogram, NO_BUCKETS } from "#model";
import { bitLength, packBits, packedBytes, unpackBits } from "../chunk/bit-packing.ts";
import type { ByteReader } from "../chunk/byte-reader.ts";
import type { ByteWriter } from "../chunk/byte-writer.ts";
import {
  type BucketLayout,
  layoutOf,
  NO_LAYOUT,
  readLayout,
  sameShape,
  writeLayout,
} from "./bucket-layout.ts";
import type { CountSlab } from "./count-slab.ts";
import { HINT_BITS, HINTS } from "./hint-bits.ts";
import { isTotalCount, totalCount } from "./total-count.ts";

/**
 * One histogram as it lies in the head and in the log: what changed against the one before it. Its
 * sum lies elsewhere. Format: docs/formats/head.md.
 */
const HINT_MASK = 3;
const LAYOUT_FLAG = 4;
const GAP_FLAG = 8;
const DOUBLES_FLAG = 16;
const COUNT_FLAG = 32;
const PACKED_FLAG = 64;

/** Integers of at most this magnitude: their zigzag differences fit a varint. */
const INTEGER_MAX = 2 ** 49;

export interface RecordContext {
  /** The record before, or null: then the layout and all counts are written. */
  readonly previous: FloatHistogram | null;
  readonly hint: CounterResetHint;
  /** Floats since the record before. */
  readonly gap: number;
}

// One thread, no reentrance: counts, those of the record before, their differences as zigzags.
let numbers = new Float64Array(256);
let before = new Float64Array(256);
let zigzags = new Float64Array(256);
let packable = new Uint32Array(256);

export function writeHistogramRecord(
  histogram: FloatHistogram,
  { previous, hint, gap }: RecordContext,
  out: ByteWriter,
): void {
  const base = previous !== null && sameLayout(previous, histogram) ? previous : null;
  const writesCount = !isTotalCount(histogram);
  const length = makeRoom(histogram, writesCount);
  gatherCounts(histogram, writesCount, numbers);
  if (base === null) before.fill(0, 0, length);
  else gatherCounts(base, writesCount, before);
  const isDoubles = !zigzagDifferences(length);
  const width = isDoubles ? -1 : packedWidth(length);
  out.writeByte(
    HINT_BITS[hint] |
      (base === null ? LAYOUT_FLAG : 0) |
      (gap > 0 ? GAP_FLAG : 0) |
      (isDoubles ? DOUBLES_FLAG : 0) |
      (writesCount ? COUNT_FLAG : 0) |
      (width >= 0 ? PACKED_FLAG : 0),
  );
  if (gap > 0) out.writeVarint(gap);
  if (base === null) writeLayout(layoutOf(histogram), out);
  if (isDoubles) {
    for (let i = 0; i < length; i++) out.writeFloat64(numbers[i] as number);
  } else if (width >= 0) {
    out.writeByte(width);
    packBits(packable, length, width, out);
  } else {
    for (let i = 0; i < length; i++) out.writeVarint(zigzags[i] as number);
  }
}

function sameLayout(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    sameShape(a, b) &&
    columnsEqual(a.positive.indexes, b.positive.indexes) &&
    columnsEqual(a.negative.indexes, b.negative.indexes)
  );
}

/** Returns how many counts there are to write. */
function makeRoom({ positive, negative }: FloatHistogram, withCount: boolean): number {
  const length = (withCount ? 2 : 1) + positive.counts.length + negative.counts.length;
  if (length > numbers.length) {
    numbers = new Float64Array(length * 2);
    before = new Float64Array(length * 2);
    zigzags = new Float64Array(length * 2);
    packable = new Uint32Array(length * 2);
  }
  return length;
}

/** In the order in which they are stored. */
function gatherCounts(histogram: FloatHistogram, withCount: boolean, into: Float64Array): void {
  let at = 0;
  if (withCount) into[at++] = histogram.count;
  into[at++] = histogram.zeroCount;
  const positive = histogram.positive.counts;
  for (let i = 0; i < positive.length; i++) into[at++] = positive[i] as number;
  const negative = histogram.negative.counts;
  for (let i = 0; i < negative.length; i++) into[at++] = negative[i] as number;
}

/** False where a count or the one before it is no integer. */
function zigzagDifferences(length: number): boolean {
  for (let i = 0; i < length; i++) {
    const now = numbers[i] as number;
    const then = before[i] as number;
    if (!isSmallInteger(now) || !isSmallInteger(then)) return false;
    zigzags[i] = now >= then ? (now - then) * 2 : (then - now) * 2 - 1;
  }
  return true;
}

function isSmallInteger(number: number): boolean {
  return (
    number <= INTEGER_MAX &&
    number >= -INTEGER_MAX &&
    Math.floor(number) === number &&
    (number !== 0 || 1 / number > 0)
  );
}

/** The width at which the differences take less room than varints, or -1. */
function packedWidth(length: number): number {
  let most = 0;
  let varintBytes = 0;
  for (let i = 0; i < length; i++) {
    const zigzag = zigzags[i] as number;
    if (zigzag > 0xffffffff) return -1;
    packable[i] = zigzag;
    if (zigzag > most) most = zigzag;
    varintBytes += zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : 4;
  }
  const width = bitLength(most);
  return 1 + packedBytes(length, width) < varintBytes ? width : -1;
}

/** Reads records one after the other. */
export class HistogramRecordReader {
  /** Floats between the record before and the one read last. */
  gap = 0;
  #hint: CounterResetHint = "unknown";
  #layout: BucketLayout = NO_LAYOUT;
  /** Count, zero count, positive, negative. */
  #numbers = new Float64Array(2);
  #packed = new Uint32Array(2);

  /** Takes the next record in. */
  read(reader: ByteReader): void {
    const flags = reader.readByte();
    this.#hint = HINTS[flags & HINT_MASK] as CounterResetHint;
    this.gap = (flags & GAP_FLAG) === 0 ? 0 : reader.readVarint();
    if ((flags & LAYOUT_FLAG) !== 0) this.#take(readLayout(reader));
    const from = (flags & COUNT_FLAG) === 0 ? 1 : 0;
    if ((flags & DOUBLES_FLAG) !== 0) this.#readDoubles(reader, from);
    else if ((flags & PACKED_FLAG) !== 0) this.#addPacked(reader, from);
    else this.#addVarints(reader, from);
    if (from === 1) this.#sumUp();
  }

  /** The histogram that was read last. */
  histogram(sum: number, slab: CountSlab): FloatHistogram {
    const { schema, zeroThreshold, customBounds, positive, negative } = this.#layout;
    const all = this.#numbers;
    const negativeFrom = 2 + positive.length;
    return {
      counterResetHint: this.#hint,
      schema,
      zeroThreshold,
      zeroCount: all[1] as number,
      count: all[0] as number,
      sum,
      positive: bucketsOf(positive, all.subarray(2, negativeFrom), slab),
      negative: bucketsOf(negative, all.subarray(negativeFrom), slab),
      customBounds,
    };
  }

  #take(layout: BucketLayout): void {
    this.#layout = layout;
    const length = 2 + layout.positive.length + layout.negative.length;
    this.#numbers = new Float64Array(length);
    this.#packed = new Uint32Array(length);
  }

  #readDoubles(reader: ByteReader, from: number): void {
    for (let i = from; i < this.#numbers.length; i++) this.#numbers[i] = reader.readFloat64();
  }

  #addVarints(reader: ByteReader, from: number): void {
    const all = this.#numbers;
    for (let i = from; i < all.length; i++) all[i] = (all[i] as number) + reader.readZigzag();
  }

  #addPacked(reader: ByteReader, from: number): void {
    const all = this.#numbers;
    const width = reader.readByte();
    if (width > 32) throw new RangeError(`counts of ${width} bits`);
    unpackBits(reader, all.length - from, width, this.#packed);
    for (let i = from; i < all.length; i++) {
      const zigzag = this.#packed[i - from] as number;
      all[i] = (all[i] as number) + ((zigzag & 1) === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
    }
  }

  #sumUp(): void {
    const negativeFrom = 2 + this.#layout.positive.length;
    this.#numbers[0] = totalCount(
      this.#numbers[1] as number,
      this.#numbers.subarray(2, negativeFrom),
      this.#numbers.subarray(negativeFrom),
    );
  }
}

function bucketsOf(
  indexes: Int32Array,
  counts: Float64Array,
  slab: CountSlab,
): FloatHistogram["positive"] {
  if (indexes.length === 0) return NO_BUCKETS;
  const own = slab.take(counts.length);
  own.set(counts);
  return { indexes, counts: own };
}
