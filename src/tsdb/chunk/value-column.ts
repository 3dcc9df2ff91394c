import { wordsOf } from "#model";
import type { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import {
  DECIMAL_EXPONENT_MAX,
  newDecimalScaling,
  POWERS_OF_TEN,
  scaleToIntegers,
} from "./decimal-scale.ts";
import { encodeIntegerFrames, FRAME_NUMBERS_MAX, IntegerFrameReader } from "./integer-frames.ts";
import { encodeXorFrames, XorFrameReader } from "./xor-frames.ts";

/**
 * The values of one series in a block, in the smallest of the forms below; the first byte names it.
 * Whatever the form, decoding gives back the very bits: stale markers, other NaNs, -0, infinities.
 * Format: docs/formats/chunk.md.
 */
const FORM = {
  /** One value for all: eight bytes. */
  constant: 0,
  /** (base + step × k) / 10^e with k in integer frames. */
  decimal: 1,
  /** The same, followed by values that are no such decimals, with their places. */
  decimalWithExceptions: 2,
  /** XOR frames. */
  xor: 3,
} as const;

/** A column of these values, then histograms: see sample-column.ts. */
export const HISTOGRAM_FORM = 16;

/** Above this many bytes a sample, XOR might be smaller than decimals and is tried too. */
const DECIMAL_BYTES_SURE_MAX = 4;

const scaling = newDecimalScaling();
let integers = new Float64Array(1024);
const rival = new ByteWriter();

/** Appends the first `count` values (at least one) to `out`. */
export function encodeValueColumn(values: Float64Array, count: number, out: ByteWriter): void {
  if (isConstant(values, count)) {
    out.writeByte(FORM.constant);
    const words = wordsOf(values);
    out.writeUint32(words[0] as number);
    out.writeUint32(words[1] as number);
    return;
  }
  if (integers.length < count) integers = new Float64Array(count * 2);
  const start = out.length;
  if (scaleToIntegers(values, count, integers, scaling)) {
    writeDecimal(values, count, out);
    if (out.length - start <= count * DECIMAL_BYTES_SURE_MAX) return;
    rival.clear();
    writeXor(values, count, rival);
    if (rival.length >= out.length - start) return;
    out.length = start;
    out.writeBytes(rival.written());
    return;
  }
  writeXor(values, count, out);
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0] as number;
  // The common case: ordinary numbers, told apart without a look at their bits.
  if (first === first && first !== 0) {
    for (let i = 1; i < count; i++) if (values[i] !== first) return false;
    return true;
  }
  const words = wordsOf(values);
  for (let i = 2; i < count * 2; i += 2) {
    if (words[i] !== words[0] || words[i + 1] !== words[1]) return false;
  }
  return true;
}

function writeXor(values: Float64Array, count: number, out: ByteWriter): void {
  out.writeByte(FORM.xor);
  encodeXorFrames(values, count, out);
}

function writeDecimal(values: Float64Array, count: number, out: ByteWriter): void {
  const hasExceptions = scaling.exceptions > 0;
  out.writeByte(hasExceptions ? FORM.decimalWithExceptions : FORM.decimal);
  out.writeByte(scaling.exponent);
  const step = commonStep(integers, count);
  out.writeVarint(step);
  if (step > 1) {
    const base = integers[0] as number;
    out.writeZigzag(base);
    for (let i = 0; i < count; i++) integers[i] = ((integers[i] as number) - base) / step;
  }
  encodeIntegerFrames(integers, count, out);
  if (hasExceptions) writeExceptions(values, out);
}

/** The greatest common divisor of all differences, so that page-sized gauges cost no idle bits. */
function commonStep(numbers: Float64Array, count: number): number {
  let step = 0;
  const base = numbers[0] as number;
  for (let i = 1; i < count; i++) {
    let a = Math.abs((numbers[i] as number) - base);
    if (a === 0) continue;
    while (step !== 0) [a, step] = [step, a % step];
    step = a;
    if (step === 1) return 1;
  }
  return Math.max(step, 1);
}

function writeExceptions(values: Float64Array, out: ByteWriter): void {
  const words = wordsOf(values);
  out.writeVarint(scaling.exceptions);
  let next = 0;
  for (let i = 0; i < scaling.exceptions; i++) {
    const index = scaling.exceptionIndexes[i] as number;
    out.writeVarint(index - next);
    out.writeUint32(words[2 * index] as number);
    out.writeUint32(words[2 * index + 1] as number);
    next = index + 1;
  }
}

/** Which of a column's `count` values are wanted: from ≤ index < to. */
export interface ColumnSlice {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

interface FrameReader {
  read(size: number, into: Float64Array, at: number): void;
  skip(size: number): void;
}

/** Decodes the slice to `into[at]` and on. The record must be checked (CRC) before. */
export function decodeValueColumn(
  reader: ByteReader,
  slice: ColumnSlice,
  into: Float64Array,
  at: number,
): void {
  const form = reader.readByte();
  if (form === FORM.constant) {
    readConstant(reader, slice, into, at);
  } else if (form === FORM.xor) {
    readFrames(new XorFrameReader(reader), slice, into, at);
  } else if (form === FORM.decimal || form === FORM.decimalWithExceptions) {
    readDecimal(reader, slice, into, at);
    if (form === FORM.decimalWithExceptions) readExceptions(reader, slice, into, at);
  } else {
    throw new RangeError(`unknown form ${form} of a value column`);
  }
}

function readConstant(
  reader: ByteReader,
  slice: ColumnSlice,
  into: Float64Array,
  at: number,
): void {
  const words = wordsOf(into);
  const start = reader.position;
  reader.skip(8);
  const low = reader.view.getUint32(start, true);
  const high = reader.view.getUint32(start + 4, true);
  const end = (at + slice.to - slice.from) * 2;
  for (let i = at * 2; i < end; i += 2) {
    words[i] = low;
    words[i + 1] = high;
  }
}

function readDecimal(reader: ByteReader, slice: ColumnSlice, into: Float64Array, at: number): void {
  const exponent = reader.readByte();
  if (exponent > DECIMAL_EXPONENT_MAX) throw new RangeError(`decimal exponent ${exponent}`);
  const step = reader.readVarint();
  const base = step > 1 ? reader.readZigzag() : 0;
  readFrames(new IntegerFrameReader(reader), slice, into, at);
  const end = at + slice.to - slice.from;
  if (step > 1) {
    for (let i = at; i < end; i++) into[i] = base + step * (into[i] as number);
  }
  if (exponent > 0) {
    const scale = POWERS_OF_TEN[exponent] as number;
    for (let i = at; i < end; i++) into[i] = (into[i] as number) / scale;
  }
}

const partial = new Float64Array(FRAME_NUMBERS_MAX);

/** Whole frames go straight to their place, those that the slice cuts by way of `partial`. */
function readFrames(frames: FrameReader, slice: ColumnSlice, into: Float64Array, at: number): void {
  const { count, from, to } = slice;
  for (let start = 0; start < count; start += FRAME_NUMBERS_MAX) {
    const size = Math.min(FRAME_NUMBERS_MAX, count - start);
    const end = start + size;
    if (end <= from || start >= to) {
      frames.skip(size);
    } else if (start >= from && end <= to) {
      frames.read(size, into, at + start - from);
    } else {
      frames.read(size, partial, 0);
      const first = Math.max(from, start);
      const last = Math.min(to, end);
      into.set(partial.subarray(first - start, last - start), at + first - from);
    }
  }
}

function readExceptions(
  reader: ByteReader,
  slice: ColumnSlice,
  into: Float64Array,
  at: number,
): void {
  const words = wordsOf(into);
  const exceptions = reader.readVarint();
  let index = 0;
  for (let i = 0; i < exceptions; i++) {
    index += reader.readVarint();
    const start = reader.position;
    reader.skip(8);
    if (index >= slice.from && index < slice.to) {
      const place = 2 * (at + index - slice.from);
      words[place] = reader.view.getUint32(start, true);
      words[place + 1] = reader.view.getUint32(start + 4, true);
    }
    index++;
  }
}
