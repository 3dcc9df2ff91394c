import { writeShortest } from "./shortest-decimal.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";

/**
 * Floats and times to bytes, shortest form that reads back as the same double.
 *
 * Most samples are integers or have a few decimals. For both the digits come from integer
 * arithmetic: a decimal of at most 15 significant digits is the only one of that length for its
 * double, so if `round(value · 10^k) / 10^k` gives the value back, those digits are the shortest.
 * Longer ones are found by shortest-decimal.ts, the rest goes through JavaScript's own shortest conversion, whose exponent form (`1e-7`, `1e+21`)
 * every parser of the formats takes.
 */

/** More than any value or timestamp needs. */
export const NUMBER_BYTES_MAX = 32;

/** Writes the value at `offset` of a target with `NUMBER_BYTES_MAX` bytes of room; returns the end. */
export function writeValue(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let magnitude = value;
  if (value < 0) {
    target[at++] = MINUS;
    magnitude = -value;
  }
  if (magnitude < INTEGER_END) {
    if (Math.floor(magnitude) === magnitude) {
      if (magnitude === 0) return writeZero(target, at, value);
      return writeInteger(target, at, magnitude);
    }
    // Three decimals first: most values that have any have no more, and the digits fit 32 bits.
    const thousandths = Math.round(magnitude * 1e3);
    if (thousandths / 1e3 === magnitude && thousandths < INTEGER_END) {
      return writeDecimal(target, at, thousandths, 3);
    }
    const scaled = Math.round(magnitude * 1e8);
    if (scaled / 1e8 === magnitude && scaled < INTEGER_END) {
      return writeDecimal(target, at, scaled, 8);
    }
    const end = writeShortest(target, at, magnitude);
    if (end >= 0) return end;
  }
  return writeSlow(target, offset, value);
}

/** Writes a time: seconds with up to three decimals for OpenMetrics, whole milliseconds for text. */
export function writeTimestamp(
  target: Uint8Array,
  offset: number,
  timestampMs: number,
  format: ExpositionFormat,
): number {
  return writeValue(target, offset, isOpenMetrics(format) ? timestampMs / 1000 : timestampMs);
}

/**
 * The form of `le` and `quantile` that Prometheus 3 and the OpenMetrics clients agree on: Go's
 * shortest `%g`, with a point or an exponent always there (`1.0`, `0.25`, `1e+06`, `+Inf`).
 */
export function canonicalFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) {
    const text = String(value);
    return text.includes(".") ? text : `${text}.0`;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function writeZero(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  if (Object.is(value, -0)) target[at++] = MINUS;
  target[at++] = ZERO;
  return at;
}

/** A whole number above 0 and below `INTEGER_END`. */
function writeInteger(target: Uint8Array, offset: number, value: number): number {
  if (value < LOW_END) return writeLow(target, offset, value, lowDigits(value));
  const high = Math.floor(value / LOW_END);
  const at = writeInteger(target, offset, high);
  return writeLow(target, at, value - high * LOW_END, LOW_DIGITS);
}

/** Digits of a number below `LOW_END`, in 32-bit integers; `digits` of them, with leading zeros. */
function writeLow(target: Uint8Array, offset: number, value: number, digits: number): number {
  let rest = value | 0;
  for (let at = offset + digits - 1; at >= offset; at--) {
    const next = (rest / 10) | 0;
    target[at] = ZERO + rest - next * 10;
    rest = next;
  }
  return offset + digits;
}

function lowDigits(value: number): number {
  let digits = 1;
  for (let end = 10; value >= end; end *= 10) digits += 1;
  return digits;
}

/** `scaled` is the value times ten to the power of `decimals`; end zeros are left out. */
function writeDecimal(
  target: Uint8Array,
  offset: number,
  scaled: number,
  decimals: number,
): number {
  const scale = powersOfTen[decimals] as number;
  const whole = Math.floor(scaled / scale);
  let fraction = (scaled - whole * scale) | 0;
  let digits = decimals;
  while (fraction % 10 === 0) {
    fraction = (fraction / 10) | 0;
    digits -= 1;
  }
  let at = offset;
  if (whole === 0) target[at++] = ZERO;
  else at = writeInteger(target, at, whole);
  target[at++] = POINT;
  return writeLow(target, at, fraction, digits);
}

function writeSlow(target: Uint8Array, offset: number, value: number): number {
  const text = value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
  for (let i = 0; i < text.length; i++) target[offset + i] = text.charCodeAt(i);
  return offset + text.length;
}

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
/** Digits that one pass of 32-bit arithmetic writes. */
const LOW_DIGITS = 9;
const LOW_END = 1e9;
/** Below it a decimal has at most 15 digits and is the only such one for its double. */
const INTEGER_END = 1e15;
const powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8];
