import { wordsOf } from "#model";
import { packBits, packedBytes, unpackBits } from "./bit-packing.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { FRAME_NUMBERS_MAX } from "./integer-frames.ts";

/**
 * Doubles that are no decimals of few digits (sums of durations, averages): each value's bits XORed
 * with those of the one before (Gorilla, Pelkonen et al. 2015), but packed per frame of 256 at one
 * common width instead of value by value, which decodes several times faster. Values that repeat
 * are taken out by a bitmap where that saves space. Every bit survives: NaN payloads, -0, infinities.
 * Format: docs/formats/chunk.md.
 */
const BITMAP_FLAG = 0x80;

const lowXor = new Uint32Array(FRAME_NUMBERS_MAX);
const highXor = new Uint32Array(FRAME_NUMBERS_MAX);
const lowLane = new Uint32Array(FRAME_NUMBERS_MAX);
const highLane = new Uint32Array(FRAME_NUMBERS_MAX);

/** At least one value. */
export function encodeXorFrames(values: Float64Array, count: number, out: ByteWriter): void {
  const words = wordsOf(values);
  for (let start = 0; start < count; start += FRAME_NUMBERS_MAX) {
    encodeFrame(words, start * 2, Math.min(FRAME_NUMBERS_MAX, count - start), out);
  }
}

function encodeFrame(words: Uint32Array, at: number, size: number, out: ByteWriter): void {
  let low = words[at] as number;
  let high = words[at + 1] as number;
  out.writeUint32(low);
  out.writeUint32(high);
  let anyLow = 0;
  let anyHigh = 0;
  let unchanged = 0;
  const count = size - 1;
  for (let i = 0; i < count; i++) {
    const nextLow = words[at + 2 * i + 2] as number;
    const nextHigh = words[at + 2 * i + 3] as number;
    const differsLow = (lowXor[i] = low ^ nextLow);
    const differsHigh = (highXor[i] = high ^ nextHigh);
    anyLow |= differsLow;
    anyHigh |= differsHigh;
    if ((differsLow | differsHigh) === 0) unchanged++;
    low = nextLow;
    high = nextHigh;
  }
  const leading = anyHigh === 0 ? 32 + Math.clz32(anyLow) : Math.clz32(anyHigh);
  const trailing = trailingZeros(anyLow, anyHigh);
  const width = leading === 64 ? 0 : 64 - leading - trailing;
  const sparse = unchanged * width > count;
  out.writeByte(trailing | (sparse ? BITMAP_FLAG : 0));
  out.writeByte(width);
  if (width === 0) return;
  const packed = gatherLanes(count, trailing, sparse ? out : null);
  packBits(lowLane, packed, Math.min(width, 32), out);
  if (width > 32) packBits(highLane, packed, width - 32, out);
}

/** Shifts the XORs down into the lanes; with `bitmapInto`, writes which changed and drops the others. */
function gatherLanes(count: number, shift: number, bitmapInto: ByteWriter | null): number {
  const bitmapAt = bitmapInto?.length ?? 0;
  if (bitmapInto !== null) {
    const bytes = packedBytes(count, 1);
    bitmapInto.reserve(bytes);
    bitmapInto.bytes.fill(0, bitmapAt, bitmapAt + bytes);
    bitmapInto.length += bytes;
  }
  let packed = 0;
  for (let i = 0; i < count; i++) {
    const low = lowXor[i] as number;
    const high = highXor[i] as number;
    if (bitmapInto !== null) {
      if ((low | high) === 0) continue;
      (bitmapInto.bytes[bitmapAt + (i >>> 3)] as number) |= 1 << (i & 7);
    }
    lowLane[packed] = shift >= 32 ? high >>> (shift - 32) : shiftedLow(low, high, shift);
    highLane[packed] = shift >= 32 ? 0 : high >>> shift;
    packed++;
  }
  return packed;
}

function shiftedLow(low: number, high: number, shift: number): number {
  return shift === 0 ? low : (low >>> shift) | (high << (32 - shift));
}

function trailingZeros(low: number, high: number): number {
  if (low !== 0) return 31 - Math.clz32(low & -low);
  return high === 0 ? 0 : 63 - Math.clz32(high & -high);
}

/** Reads frames one after the other. */
export class XorFrameReader {
  readonly #reader: ByteReader;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  /** Decodes the next frame, which has `size` values, to `into[at]` and on. */
  read(size: number, into: Float64Array, at: number): void {
    const reader = this.#reader;
    const words = wordsOf(into);
    const start = reader.position;
    reader.skip(8);
    let low = reader.view.getUint32(start, true);
    let high = reader.view.getUint32(start + 4, true);
    words[2 * at] = low;
    words[2 * at + 1] = high;
    const frame = this.#readLanes(size - 1);
    const { bitmapAt, shift } = frame;
    const { bytes } = reader;
    let taken = 0;
    for (let i = 0; i < size - 1; i++) {
      const changed =
        bitmapAt < 0 || (((bytes[bitmapAt + (i >>> 3)] as number) >>> (i & 7)) & 1) === 1;
      if (changed) {
        const laneLow = lowLane[taken] as number;
        const laneHigh = highLane[taken] as number;
        taken++;
        if (shift === 0) {
          low ^= laneLow;
          high ^= laneHigh;
        } else if (shift >= 32) {
          high ^= laneLow << (shift - 32);
        } else {
          low ^= laneLow << shift;
          high ^= (laneHigh << shift) | (laneLow >>> (32 - shift));
        }
      }
      words[2 * (at + i) + 2] = low;
      words[2 * (at + i) + 3] = high;
    }
  }

  /** Passes over a frame of `size` values. */
  skip(size: number): void {
    this.#reader.skip(8);
    this.#readLanes(size - 1);
  }

  #readLanes(count: number): { bitmapAt: number; shift: number } {
    const reader = this.#reader;
    const head = reader.readByte();
    const width = reader.readByte();
    const shift = head & 0x3f;
    if (width + shift > 64) throw new RangeError("more than 64 bits in an XOR frame");
    let packed = count;
    let bitmapAt = -1;
    if ((head & BITMAP_FLAG) !== 0 && width > 0) {
      bitmapAt = reader.position;
      packed = countOnes(reader.readBytes(packedBytes(count, 1)));
      if (packed > count) throw new RangeError("bitmap longer than its frame");
    }
    unpackBits(reader, packed, Math.min(width, 32), lowLane);
    if (width > 32) unpackBits(reader, packed, width - 32, highLane);
    else highLane.fill(0, 0, packed);
    return { bitmapAt, shift };
  }
}

function countOnes(bytes: Uint8Array): number {
  let ones = 0;
  for (let byte of bytes) {
    for (; byte !== 0; byte &= byte - 1) ones++;
  }
  return ones;
}
