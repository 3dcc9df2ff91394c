import { PACKED_MAGNITUDE_MAX } from "./integer-frames.ts";

/**
 * Most metric values are decimals of few digits: counts, bytes, seconds to the millisecond. For such a
 * column there is an exponent e with value = k / 10^e, k an integer, *bit for bit*: both k and 10^e
 * are exact doubles (k ≤ 2^50, e ≤ 15), IEEE division rounds correctly, and so does reading the
 * decimal text, so the two meet in the same double (the idea of ALP, Afroozeh et al. 2023). Whether
 * they do is checked for every value; nothing is assumed.
 */
export const DECIMAL_EXPONENT_MAX = 15;

/** 10^0 … 10^15, all exact. */
export const POWERS_OF_TEN: readonly number[] = Array.from(
  { length: DECIMAL_EXPONENT_MAX + 1 },
  (_, exponent) => Number(`1e${exponent}`),
);

/** The least exponent that makes the value an exact integer, or -1. */
function decimalExponent(value: number, from: number): number {
  for (let exponent = from; exponent <= DECIMAL_EXPONENT_MAX; exponent++) {
    const scale = POWERS_OF_TEN[exponent] as number;
    const scaled = Math.round(value * scale);
    if (Math.abs(scaled) > PACKED_MAGNITUDE_MAX) return -1;
    if (scaled / scale === value) return isNegativeZero(value) ? -1 : exponent;
  }
  return -1;
}

function isNegativeZero(value: number): boolean {
  return value === 0 && 1 / value < 0;
}

const SAMPLED_MAX = 8;

/** What `scaleToIntegers` found; one object, reused. */
export interface DecimalScaling {
  exponent: number;
  /** How many values are no such decimals, and where. Their integer repeats the one before. */
  exceptions: number;
  exceptionIndexes: Uint32Array;
}

export function newDecimalScaling(): DecimalScaling {
  return { exponent: 0, exceptions: 0, exceptionIndexes: new Uint32Array(64) };
}

/**
 * Fills `integers` and says with which exponent, or returns false where more than one value in
 * sixteen (and more than `freeExceptions`) resists: then XOR is the better form.
 */
export function scaleToIntegers(
  values: Float64Array,
  count: number,
  integers: Float64Array,
  result: DecimalScaling,
): boolean {
  const exceptionsMax = Math.min(result.exceptionIndexes.length, 2 + (count >>> 4));
  let exponent = sampledExponent(values, count);
  if (exponent < 0) return false;
  for (;;) {
    const raised = tryExponent(values, count, integers, { exponent, exceptionsMax, result });
    if (raised === exponent) return result.exceptions < count;
    if (raised < 0) return false;
    exponent = raised;
  }
}

/** The largest exponent that a few values need; -1 where most of them have none. */
function sampledExponent(values: Float64Array, count: number): number {
  const sampled = Math.min(count, SAMPLED_MAX);
  let exponent = 0;
  let failed = 0;
  for (let i = 0; i < sampled; i++) {
    const value = values[Math.floor((i * count) / sampled)] as number;
    if (!Number.isFinite(value)) continue;
    const needed = decimalExponent(value, exponent);
    if (needed < 0) failed++;
    else exponent = needed;
  }
  return failed * 2 > sampled ? -1 : exponent;
}

interface Attempt {
  readonly exponent: number;
  readonly exceptionsMax: number;
  readonly result: DecimalScaling;
}

/** The exponent itself if it serves; a larger one to try; or -1. */
function tryExponent(
  values: Float64Array,
  count: number,
  integers: Float64Array,
  attempt: Attempt,
): number {
  const { exponent, exceptionsMax, result } = attempt;
  const scale = POWERS_OF_TEN[exponent] as number;
  let before = 0;
  let exceptions = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i] as number;
    const scaled = Math.round(value * scale);
    if (
      scaled / scale === value &&
      scaled <= PACKED_MAGNITUDE_MAX &&
      scaled >= -PACKED_MAGNITUDE_MAX &&
      (scaled !== 0 || 1 / value > 0)
    ) {
      before = scaled;
    } else {
      const needed = Number.isFinite(value) ? decimalExponent(value, exponent + 1) : -1;
      if (needed > exponent) return needed;
      if (exceptions === exceptionsMax) return -1;
      result.exceptionIndexes[exceptions++] = i;
    }
    integers[i] = before;
  }
  result.exponent = exponent;
  result.exceptions = exceptions;
  return exponent;
}
