import { type SampleColumns, wordsOf } from "#model";
import { sampleFloat, sampleWords } from "./sample-bits.ts";

/**
 * How a sample lies in the head's memory: one control byte, then the time's bytes, then the value's.
 * Whole bytes instead of bits, because that is several times faster in JavaScript and costs little
 * with the values that exporters have: integers and short decimals.
 *
 *     0x00–0x3f   time kind << 4 | value kind
 *     0x40–0xff   a run of 1–192 samples with the same value and the same step
 *
 * Times are milliseconds in their range, from 1; a time is stored as the change of the step
 * (delta of delta). The page docs/formats/head.md draws all of it.
 */
export const RUN_FIRST = 0x40;
export const RUN_MAX = 0xc0;

/** Room that a sample needs at most: control, 4 bytes of time, 8 of value. */
export const SAMPLE_BYTES_MAX = 13;

const TIME_SAME = 0;
const TIME_INT8 = 1;
const TIME_INT16 = 2;
const TIME_INT32 = 3;

const VALUE_SAME = 0;
/** 1–4: that many bytes of the zigzag difference to the previous value. */
const VALUE_INTEGER = 0;
/** 5–8: 1–4 bytes of the zigzag difference in thousandths. */
const VALUE_DECIMAL = 4;
const VALUE_STALE = 9;
const VALUE_XOR = 10;
const VALUE_XOR_LOW_7 = 11;
const VALUE_XOR_LOW_6 = 12;
const VALUE_XOR_HIGH_2 = 13;
const VALUE_XOR_HIGH_4 = 14;
const VALUE_XOR_HIGH_6 = 15;

const DECIMALS = 1000;
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 2;

/** Writes the change of the step at `at`; returns the time kind. */
function putTime(bytes: Uint8Array, at: number, change: number): number {
  if (change === 0) return TIME_SAME;
  bytes[at] = change;
  if (change === (change << 24) >> 24) return TIME_INT8;
  bytes[at + 1] = change >> 8;
  if (change === (change << 16) >> 16) return TIME_INT16;
  bytes[at + 2] = change >> 16;
  bytes[at + 3] = change >> 24;
  return TIME_INT32;
}

function timeBytes(kind: number): number {
  return kind === TIME_INT32 ? 4 : kind;
}

function putZigzag(bytes: Uint8Array, at: number, difference: number): number {
  const zigzag = (difference << 1) ^ (difference >> 31);
  bytes[at] = zigzag;
  if (zigzag >>> 8 === 0) return 1;
  bytes[at + 1] = zigzag >>> 8;
  if (zigzag >>> 16 === 0) return 2;
  bytes[at + 2] = zigzag >>> 16;
  if (zigzag >>> 24 === 0) return 3;
  bytes[at + 3] = zigzag >>> 24;
  return 4;
}

function putWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word;
  bytes[at + 1] = word >>> 8;
  bytes[at + 2] = word >>> 16;
  bytes[at + 3] = word >>> 24;
}

/** What a value is stored against. */
export interface PreviousValue {
  low: number;
  high: number;
}

/**
 * Writes the sample into `bytes` from 0; returns its length. `change` is how much longer the step
 * is than the one before.
 */
export function putSample(
  bytes: Uint8Array,
  change: number,
  previous: PreviousValue,
  low: number,
  high: number,
): number {
  const timeKind = putTime(bytes, 1, change);
  const at = 1 + timeBytes(timeKind);
  if (low === previous.low && high === previous.high) {
    bytes[0] = (timeKind << 4) | VALUE_SAME;
    return at;
  }
  sampleWords[0] = previous.low;
  sampleWords[1] = previous.high;
  const before = sampleFloat[0] as number;
  sampleWords[0] = low;
  sampleWords[1] = high;
  const value = sampleFloat[0] as number;
  const isNegativeZero = value === 0 && high !== 0;

  // Each form is taken only where the reader's arithmetic gives exactly this value again.
  const difference = value - before;
  if (difference === (difference | 0) && before + difference === value && !isNegativeZero) {
    const count = putZigzag(bytes, at, difference);
    bytes[0] = (timeKind << 4) | (VALUE_INTEGER + count);
    return at + count;
  }
  const scaled = Math.round(value * DECIMALS);
  const steps = scaled - Math.round(before * DECIMALS);
  if (steps === (steps | 0) && scaled / DECIMALS === value && !isNegativeZero) {
    const count = putZigzag(bytes, at, steps);
    bytes[0] = (timeKind << 4) | (VALUE_DECIMAL + count);
    return at + count;
  }
  if (high === STALE_HIGH && low === STALE_LOW) {
    bytes[0] = (timeKind << 4) | VALUE_STALE;
    return at;
  }
  return putXor(bytes, at, timeKind, low ^ previous.low, high ^ previous.high);
}

function putXor(
  bytes: Uint8Array,
  at: number,
  timeKind: number,
  low: number,
  high: number,
): number {
  let kind = VALUE_XOR;
  let count = 8;
  if (low === 0) {
    kind = (high & 0xffff) === 0 ? VALUE_XOR_HIGH_2 : VALUE_XOR_HIGH_4;
    count = kind === VALUE_XOR_HIGH_2 ? 2 : 4;
    putWord(bytes, at, kind === VALUE_XOR_HIGH_2 ? high >>> 16 : high);
  } else if ((low & 0xffff) === 0) {
    kind = VALUE_XOR_HIGH_6;
    count = 6;
    putWord(bytes, at, (low >>> 16) | (high << 16));
    putWord(bytes, at + 4, high >>> 16);
  } else {
    putWord(bytes, at, low);
    putWord(bytes, at + 4, high);
    if (high >>> 16 === 0) {
      kind = VALUE_XOR_LOW_6;
      count = 6;
    } else if (high >>> 24 === 0) {
      kind = VALUE_XOR_LOW_7;
      count = 7;
    }
  }
  bytes[0] = (timeKind << 4) | kind;
  return at + count;
}

/** A decoder's place in a stream, and the sample that it has read last. */
interface DecodeState {
  at: number;
  low: number;
  high: number;
}

// One thread, no reentrance.
const state: DecodeState = { at: 0, low: 0, high: 0 };

/** Which samples of a stream are wanted: times between both ends (inclusive), on top of an origin. */
export interface DecodeBounds {
  readonly originMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Appends the wanted samples of the stream in the first `end` bytes to `into`, which has room. */
export function decodeSamples(
  bytes: Uint8Array,
  end: number,
  { originMs, minMs, maxMs }: DecodeBounds,
  into: SampleColumns,
): void {
  const times = into.timestampsMs;
  const words = wordsOf(into.values);
  let { length } = into;
  let time = originMs;
  let step = 0;
  let isFirst = true;
  state.at = 0;
  state.low = 0;
  state.high = 0;
  while (state.at < end && time <= maxMs) {
    const control = bytes[state.at] as number;
    state.at += 1;
    let repeats = 1;
    if (control < RUN_FIRST) {
      const timeKind = control >> 4;
      if (timeKind !== TIME_SAME) step += readSigned(bytes, timeBytes(timeKind));
      const valueKind = control & 15;
      if (valueKind !== VALUE_SAME) readValue(bytes, valueKind);
    } else {
      repeats = control - RUN_FIRST + 1;
    }
    for (; repeats > 0; repeats--) {
      time += step;
      if (time < minMs || time > maxMs) continue;
      times[length] = time;
      words[length * 2] = state.low;
      words[length * 2 + 1] = state.high;
      length += 1;
    }
    // The first time is no step that the second could be measured against.
    if (isFirst) step = 0;
    isFirst = false;
  }
  into.length = length;
}

function readUnsigned(bytes: Uint8Array, count: number): number {
  const { at } = state;
  state.at = at + count;
  let word = bytes[at] as number;
  if (count > 1) word |= (bytes[at + 1] as number) << 8;
  if (count > 2) word |= (bytes[at + 2] as number) << 16;
  if (count > 3) word |= (bytes[at + 3] as number) << 24;
  return word;
}

function readSigned(bytes: Uint8Array, count: number): number {
  const shift = 32 - count * 8;
  return (readUnsigned(bytes, count) << shift) >> shift;
}

function readValue(bytes: Uint8Array, kind: number): void {
  if (kind < VALUE_STALE) {
    readDifference(bytes, kind);
  } else if (kind === VALUE_STALE) {
    state.low = STALE_LOW;
    state.high = STALE_HIGH;
  } else {
    readXor(bytes, kind);
  }
}

function readDifference(bytes: Uint8Array, kind: number): void {
  sampleWords[0] = state.low;
  sampleWords[1] = state.high;
  const before = sampleFloat[0] as number;
  const isDecimal = kind > VALUE_DECIMAL;
  const zigzag = readUnsigned(bytes, isDecimal ? kind - VALUE_DECIMAL : kind - VALUE_INTEGER);
  const difference = (zigzag >>> 1) ^ -(zigzag & 1);
  sampleFloat[0] = isDecimal
    ? (Math.round(before * DECIMALS) + difference) / DECIMALS
    : before + difference;
  state.low = sampleWords[0];
  state.high = sampleWords[1];
}

function readXor(bytes: Uint8Array, kind: number): void {
  let low = 0;
  let high = 0;
  if (kind === VALUE_XOR_HIGH_2) {
    high = readUnsigned(bytes, 2) << 16;
  } else if (kind === VALUE_XOR_HIGH_4) {
    high = readUnsigned(bytes, 4);
  } else if (kind === VALUE_XOR_HIGH_6) {
    low = readUnsigned(bytes, 2) << 16;
    high = readUnsigned(bytes, 4);
  } else {
    low = readUnsigned(bytes, 4);
    high = readUnsigned(bytes, kind === VALUE_XOR ? 4 : kind === VALUE_XOR_LOW_7 ? 3 : 2);
  }
  state.low = (state.low ^ low) >>> 0;
  state.high = (state.high ^ high) >>> 0;
}
