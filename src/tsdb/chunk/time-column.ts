import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";
import {
  encodeIntegerFrames,
  FRAME_NUMBERS_MAX,
  IntegerFrameReader,
  PACKED_MAGNITUDE_MAX,
} from "./integer-frames.ts";

/**
 * Strictly rising timestamps in milliseconds: a regular grid in a few bytes, else integer frames.
 * Kept apart from values because all series of one scrape share them and a block stores each
 * distinct column once. Format: docs/formats/chunk.md.
 */
const REGULAR_FORM = 0;
const FRAMES_FORM = 1;

/** Timestamps outside ±2^50 ms (the year 37648) are not stored. */
export const TIMESTAMP_MAGNITUDE_MAX_MS = PACKED_MAGNITUDE_MAX;

/** At least one timestamp. */
export function encodeTimeColumn(timestampsMs: Float64Array, count: number, out: ByteWriter): void {
  const first = timestampsMs[0] as number;
  const step = count > 1 ? (timestampsMs[1] as number) - first : 1;
  let regular = true;
  for (let i = 1; i < count && regular; i++) regular = timestampsMs[i] === first + step * i;
  out.writeByte(regular ? REGULAR_FORM : FRAMES_FORM);
  out.writeVarint(count);
  if (regular) {
    out.writeZigzag(first);
    out.writeVarint(step);
  } else {
    encodeIntegerFrames(timestampsMs, count, out);
  }
}

/** The whole column. The record must be checked (CRC) before. */
export function decodeTimeColumn(reader: ByteReader): Float64Array<ArrayBuffer> {
  const form = reader.readByte();
  const count = reader.readVarint();
  if (count === 0 || count > TIMES_MAX) throw new RangeError(`time column of ${count} timestamps`);
  const timestampsMs = new Float64Array(count);
  if (form === REGULAR_FORM) {
    const first = reader.readZigzag();
    const step = reader.readVarint();
    for (let i = 0; i < count; i++) timestampsMs[i] = first + step * i;
  } else if (form === FRAMES_FORM) {
    const frames = new IntegerFrameReader(reader);
    for (let at = 0; at < count; at += FRAME_NUMBERS_MAX) {
      frames.read(Math.min(FRAME_NUMBERS_MAX, count - at), timestampsMs, at);
    }
  } else {
    throw new RangeError(`unknown form ${form} of a time column`);
  }
  return timestampsMs;
}

/** Samples of one series in one block: 24 h at 5 ms. A longer column is refused as corrupt. */
export const TIMES_MAX = 1 << 24;
