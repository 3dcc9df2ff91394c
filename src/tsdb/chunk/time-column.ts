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

/** The times of a series in a block. A regular grid, as scraping gives it, is not written out. */
export interface TimeColumn {
  readonly count: number;
  /** How many numbers it holds in memory. */
  readonly size: number;
  /** The first index whose time is not below `timeMs`; `count` where there is none. */
  indexFrom(timeMs: number): number;
  /** Writes the times from index `from` up to `to` to `into[at]` and on. */
  copy(from: number, to: number, into: Float64Array, at: number): void;
}

/** The record must be checked (CRC) before. */
export function readTimeColumn(reader: ByteReader): TimeColumn {
  const form = reader.readByte();
  const count = reader.readVarint();
  if (count === 0 || count > TIMES_MAX) throw new RangeError(`time column of ${count} timestamps`);
  if (form === REGULAR_FORM) {
    const firstMs = reader.readZigzag();
    const stepMs = reader.readVarint();
    if (stepMs === 0) throw new RangeError("a time column that does not rise");
    return new RegularTimes(firstMs, stepMs, count);
  }
  if (form !== FRAMES_FORM) throw new RangeError(`unknown form ${form} of a time column`);
  const timestampsMs = new Float64Array(count);
  const frames = new IntegerFrameReader(reader);
  for (let at = 0; at < count; at += FRAME_NUMBERS_MAX) {
    frames.read(Math.min(FRAME_NUMBERS_MAX, count - at), timestampsMs, at);
  }
  return new ListedTimes(timestampsMs);
}

/** The whole column, written out. */
export function decodeTimeColumn(reader: ByteReader): Float64Array<ArrayBuffer> {
  const column = readTimeColumn(reader);
  const timestampsMs = new Float64Array(column.count);
  column.copy(0, column.count, timestampsMs, 0);
  return timestampsMs;
}

class RegularTimes implements TimeColumn {
  readonly size = 2;
  readonly count: number;
  readonly #firstMs: number;
  readonly #stepMs: number;

  constructor(firstMs: number, stepMs: number, count: number) {
    this.#firstMs = firstMs;
    this.#stepMs = stepMs;
    this.count = count;
  }

  indexFrom(timeMs: number): number {
    let index = Math.ceil((timeMs - this.#firstMs) / this.#stepMs);
    // A quotient close to a whole number may have been rounded to it.
    if (this.#firstMs + index * this.#stepMs < timeMs) index += 1;
    return Math.min(Math.max(index, 0), this.count);
  }

  copy(from: number, to: number, into: Float64Array, at: number): void {
    const firstMs = this.#firstMs;
    const stepMs = this.#stepMs;
    for (let i = from; i < to; i++) into[at + i - from] = firstMs + stepMs * i;
  }
}

class ListedTimes implements TimeColumn {
  readonly #timestampsMs: Float64Array;

  constructor(timestampsMs: Float64Array) {
    this.#timestampsMs = timestampsMs;
  }

  get count(): number {
    return this.#timestampsMs.length;
  }

  get size(): number {
    return this.count;
  }

  indexFrom(timeMs: number): number {
    let from = 0;
    let to = this.count;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.#timestampsMs[middle] as number) < timeMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  copy(from: number, to: number, into: Float64Array, at: number): void {
    into.set(this.#timestampsMs.subarray(from, to), at);
  }
}

/** Samples of one series in one block: 24 h at 5 ms. A longer column is refused as corrupt. */
export const TIMES_MAX = 1 << 24;
