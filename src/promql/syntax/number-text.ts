import { parseDuration } from "#lib/duration";

/**
 * Numbers and durations as they stand in a query. A number is read as Go reads an integer literal
 * (`0x1f`, `017` is octal, `1_000`) and otherwise as a float.
 */

const NUMBER =
  /(?:0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?)(?![0-9A-Za-z_.])/y;

/** Units like `hs` are told apart from others when the value is computed. */
const DURATION = /\d+[smhdwy]s?(?:\d+[smhdw]s?)*(?![0-9A-Za-z_])/y;

/** What was read before the text turned out to be neither; only for the message. */
const BROKEN =
  /(?:0[xX][0-9a-fA-F_]*|[\d_]*\.?[\d_]*(?:[eE][+-]?[\d_]*)?)(?:\.|[eE]|[smhdwy]s?(?:\d+[smhdw]s?)*(?:\d+|\w)?)?/y;

export interface NumberToken {
  readonly kind: "number" | "duration" | "broken";
  readonly end: number;
}

/** Finds the number or duration at `start`. */
export function scanNumber(text: string, start: number): NumberToken {
  for (const [kind, pattern] of [
    ["number", NUMBER],
    ["duration", DURATION],
    ["broken", BROKEN],
  ] as const) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return { kind, end: Math.max(pattern.lastIndex, start + 1) };
  }
  return { kind: "broken", end: start + 1 };
}

/** The value of a `number` token, `inf` and `nan` included; infinite also where it is too large. */
export function numberValue(text: string): number {
  const plain = text.replaceAll("_", "");
  if (/^0[xX]/.test(plain)) return Number(BigInt(plain));
  if (/^0[0-7]+$/.test(plain)) return Number.parseInt(plain, 8);
  const word = plain.toLowerCase();
  if (word === "inf") return Infinity;
  return word === "nan" ? NaN : Number(plain);
}

/** Go's `time.Duration` counts nanoseconds in 63 bits. */
export const DURATION_SECONDS_MAX: number = 2 ** 63 / 1e9;

export type DurationValue =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly reason: string };

/** The value of a `duration` token. */
export function durationValue(text: string): DurationValue {
  const foreign = /[smhdwy]s/g;
  const unit = (text.match(foreign) ?? []).find((found) => found !== "ms");
  if (unit !== undefined) {
    return { ok: false, reason: `unknown unit "${unit}" in duration "${text}"` };
  }
  const durationMs = parseDuration(text);
  const isOrdered = /^(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/.test(text);
  if (!isOrdered) return { ok: false, reason: `not a valid duration string: "${text}"` };
  if (durationMs === null || durationMs / 1000 > DURATION_SECONDS_MAX) {
    return { ok: false, reason: "duration out of range" };
  }
  return { ok: true, seconds: durationMs / 1000 };
}
