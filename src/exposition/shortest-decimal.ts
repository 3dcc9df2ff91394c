/**
 * The shortest decimal that reads back as a given double, for those that need 16 or 17 digits: rates,
 * quotients, averages. JavaScript's own conversion costs five times as much and makes a string.
 *
 * The value is scaled to 17 digits before the point. The product with a power of ten is not a double,
 * but the sum of two: itself and its rounding error, which Dekker's splitting gives exactly. All
 * decimals within half the distance to the neighbouring doubles read back as this one, and that
 * distance, scaled, is between 1 and 23: so the shortest is the nearest multiple of 100 if it lies
 * inside, else of 10, else of 1. Where rounding leaves open what is nearest or inside, the answer is
 * «not here», and the caller takes the slow way.
 */

/** From here up to `SHORTEST_END` a power of ten that is a double scales any value to 17 digits. */
const SHORTEST_BEGIN = 1e-5;
const SHORTEST_END = 1e15;

/**
 * Writes a positive number that is not whole, in 24 bytes at most; returns the end, or −1 where this
 * way does not tell.
 */
export function writeShortest(target: Uint8Array, offset: number, value: number): number {
  if (!(value >= SHORTEST_BEGIN && value < SHORTEST_END)) return -1;
  scratch[0] = value;
  const highWord = scratchWords[1] as number;
  // The smallest of its binary exponent has a nearer neighbour below.
  if ((highWord & MANTISSA_MASK) === 0 && scratchWords[0] === 0) return -1;
  const binaryExponent = (highWord >>> 20) - EXPONENT_BIAS;
  const exponent = decimalExponent(value, binaryExponent);
  const power = LAST_DIGIT - exponent;
  const halfGap = halfUlp(binaryExponent) * (POWERS[power] as number);

  const product = value * (POWERS[power] as number);
  const error = productError(value, power, product);
  let high = Math.floor(product / LOW_END);
  let low = product - high * LOW_END + error;
  if (low < 0) {
    high -= 1;
    low += LOW_END;
  }
  low = shortestNear(low, halfGap);
  if (low < 0) return -1;
  if (low >= LOW_END) {
    high += 1;
    low -= LOW_END;
  }
  if (high < HIGH_BEGIN || high >= HIGH_END) return -1;
  return exponent < 0
    ? writeFraction(target, offset, high, low, exponent)
    : writeWithPoint(target, offset, high, low, exponent);
}

/** What is left open by rounding: far more than its errors, and hit once in a million. */
const DOUBT = 1e-6;

/** The whole number with the most zeros at its end within `halfGap` of `low`; −1 in doubt. */
function shortestNear(low: number, halfGap: number): number {
  const hundreds = Math.floor(low * 0.01 + 0.5) * 100;
  const toHundreds = Math.abs(low - hundreds);
  if (toHundreds < halfGap - DOUBT) return hundreds;
  const tens = Math.floor(low * 0.1 + 0.5) * 10;
  const toTens = Math.abs(low - tens);
  if (toHundreds < halfGap + DOUBT || toTens > 5 - DOUBT) return -1;
  if (toTens < halfGap - DOUBT) return tens;
  const ones = Math.floor(low + 0.5);
  return toTens < halfGap + DOUBT || Math.abs(low - ones) > 0.5 - DOUBT ? -1 : ones;
}

/** What rounding took from the product of the value and a power of ten (Dekker's product). */
function productError(value: number, power: number, product: number): number {
  const shifted = SPLITTER * value;
  const valueHigh = shifted - (shifted - value);
  const valueLow = value - valueHigh;
  const powerHigh = POWERS_HIGH[power] as number;
  const powerLow = POWERS_LOW[power] as number;
  return (
    valueHigh * powerHigh -
    product +
    valueHigh * powerLow +
    valueLow * powerHigh +
    valueLow * powerLow
  );
}

/** Two to the power of `binaryExponent` is the value but for a factor below two: a guess to correct. */
function decimalExponent(value: number, binaryExponent: number): number {
  const guess = Math.floor(binaryExponent * LOG10_2);
  return value >= (THRESHOLDS[guess + 1 - EXPONENT_MIN] as number) ? guess + 1 : guess;
}

function halfUlp(binaryExponent: number): number {
  return HALF_ULPS[binaryExponent - BINARY_EXPONENT_MIN] as number;
}

/** `12.345`: the digits one place to the right, then those before the point moved back. */
function writeWithPoint(
  target: Uint8Array,
  offset: number,
  high: number,
  low: number,
  exponent: number,
): number {
  const end = writeDigits(target, offset + 1, high, low);
  const pointAt = offset + exponent + 1;
  for (let i = offset; i < pointAt; i++) target[i] = target[i + 1] as number;
  target[pointAt] = POINT;
  return end;
}

/** `0.0012345` */
function writeFraction(
  target: Uint8Array,
  offset: number,
  high: number,
  low: number,
  exponent: number,
): number {
  let at = offset;
  target[at++] = ZERO;
  target[at++] = POINT;
  for (let i = exponent + 1; i < 0; i++) target[at++] = ZERO;
  return writeDigits(target, at, high, low);
}

/** All 17 digits; the end is before the zeros at their end. */
function writeDigits(target: Uint8Array, offset: number, high: number, low: number): number {
  const first = (high / 1e8) | 0;
  target[offset] = ZERO + first;
  writeEight(target, offset + 1, (high - first * 1e8) | 0);
  writeEight(target, offset + 9, low | 0);
  let end = offset + 17;
  while (target[end - 1] === ZERO) end -= 1;
  return end;
}

function writeEight(target: Uint8Array, offset: number, number: number): void {
  const upper = (number / 10_000) | 0;
  writeFour(target, offset, upper);
  writeFour(target, offset + 4, number - upper * 10_000);
}

function writeFour(target: Uint8Array, offset: number, number: number): void {
  const upper = (number / 100) | 0;
  const lower = number - upper * 100;
  target[offset] = TENS[upper] as number;
  target[offset + 1] = ONES[upper] as number;
  target[offset + 2] = TENS[lower] as number;
  target[offset + 3] = ONES[lower] as number;
}

/** Both digits of the numbers below 100. */
const TENS = Uint8Array.from({ length: 100 }, (_, i) => 0x30 + Math.floor(i / 10));
const ONES = Uint8Array.from({ length: 100 }, (_, i) => 0x30 + (i % 10));
const POINT = 0x2e;
const ZERO = 0x30;
const HIGH_BEGIN = 1e8;
const HIGH_END = 1e9;
const LOW_END = 1e8;
/** The place of the 17th digit. */
const LAST_DIGIT = 16;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);
const MANTISSA_MASK = 0xfffff;
const EXPONENT_BIAS = 1023;
/** 2^27 + 1 cuts a double in two of 26 bits. */
const SPLITTER = 134_217_729;

const LOG10_2 = Math.log10(2);
/** A power above and below what is written, for guesses to be compared with. */
const EXPONENT_MIN = -6;
const EXPONENT_MAX = 15;
const THRESHOLDS = Float64Array.from({ length: EXPONENT_MAX - EXPONENT_MIN + 1 }, (_, i) =>
  Number(`1e${i + EXPONENT_MIN}`),
);
/** 1 … 1e21: all of them doubles. */
const POWERS = Float64Array.from({ length: LAST_DIGIT - EXPONENT_MIN + 1 }, (_, i) =>
  Number(`1e${i}`),
);
const POWERS_HIGH = POWERS.map((power) => SPLITTER * power - (SPLITTER * power - power));
const POWERS_LOW = POWERS.map((power, i) => power - (POWERS_HIGH[i] as number));
const BINARY_EXPONENT_MIN = -17;
const BINARY_EXPONENT_MAX = 49;
const HALF_ULPS = Float64Array.from(
  { length: BINARY_EXPONENT_MAX - BINARY_EXPONENT_MIN + 1 },
  (_, i) => 2 ** (i + BINARY_EXPONENT_MIN - 53),
);
