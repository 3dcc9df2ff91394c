import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/**
 * Numbers of equal width, one after the other, lowest bit first, with no gap but the last byte's.
 * A width above 25 no longer lies within the four bytes that one load brings, hence the second path.
 */
export const ONE_LOAD_BITS_MAX = 25;

/** Bytes that `count` numbers of `width` bits take. */
export function packedBytes(count: number, width: number): number {
  return Math.ceil((count * width) / 8);
}

/** Width at most 32. The numbers must fit it. */
export function packBits(
  numbers: Uint32Array,
  count: number,
  width: number,
  out: ByteWriter,
): void {
  if (width === 0) return;
  out.reserve(packedBytes(count, width) + 8);
  const { bytes } = out;
  let at = out.length;
  let pending = 0;
  let pendingBits = 0;
  for (let i = 0; i < count; i++) {
    const value = numbers[i] as number;
    pending |= value << pendingBits;
    pendingBits += width;
    if (pendingBits >= 32) {
      bytes[at] = pending;
      bytes[at + 1] = pending >>> 8;
      bytes[at + 2] = pending >>> 16;
      bytes[at + 3] = pending >>> 24;
      at += 4;
      pendingBits -= 32;
      pending = pendingBits === 0 ? 0 : value >>> (width - pendingBits);
    }
  }
  for (; pendingBits > 0; pendingBits -= 8) {
    bytes[at++] = pending;
    pending >>>= 8;
  }
  out.length = at;
}

/**
 * Fills `into` with `count` numbers. Loads four bytes at a time and so may look at up to four bytes
 * past its own: every record ends with a checksum of that size.
 */
export function unpackBits(
  reader: ByteReader,
  count: number,
  width: number,
  into: Uint32Array,
): void {
  const start = reader.position;
  reader.skip(packedBytes(count, width));
  if (width === 0) {
    into.fill(0, 0, count);
    return;
  }
  const { view } = reader;
  let bit = start * 8;
  if (width <= ONE_LOAD_BITS_MAX) {
    const mask = (1 << width) - 1;
    for (let i = 0; i < count; i++, bit += width) {
      into[i] = (view.getUint32(bit >>> 3, true) >>> (bit & 7)) & mask;
    }
    return;
  }
  const mask = width === 32 ? 0xffffffff : (1 << width) - 1;
  for (let i = 0; i < count; i++, bit += width) {
    const byte = bit >>> 3;
    const shift = bit & 7;
    const low = view.getUint32(byte, true) >>> shift;
    const high = shift === 0 ? 0 : view.getUint8(byte + 4) << (32 - shift);
    into[i] = (low | high) & mask;
  }
}

/** Bits that a non-negative safe integer needs; 0 for 0. */
export function bitLength(value: number): number {
  if (value < 0x100000000) return 32 - Math.clz32(value);
  return 64 - Math.clz32(Math.floor(value / 0x100000000));
}
