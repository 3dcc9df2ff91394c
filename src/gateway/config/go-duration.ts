/**
 * Durations as Go writes them: `1h15m30.918s`, units in any order, fractions allowed. Prometheus'
 * durations (`#lib/duration`) are another language: they have days, and no fractions.
 */
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  "\u00b5s": 1e-3,
  "\u03bcs": 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gy;
/** 2^63 ns, which is what a Go duration holds. */
const DURATION_MS_MAX = 9_223_372_036_854;

/** What may stand there, to follow «expected». */
export const GO_DURATION = "a duration such as 2s, 1m30s or 500ms";

/** Milliseconds, which may be negative or a fraction; null where the text is no duration. */
export function parseGoDuration(text: string): number | null {
  const sign = text.startsWith("-") ? -1 : 1;
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0;
  let totalMs = 0;
  let end = 0;
  PART.lastIndex = 0;
  for (let part = PART.exec(unsigned); part !== null; part = PART.exec(unsigned)) {
    totalMs += Number(part[1]) * (UNIT_MS[part[2] ?? ""] ?? Number.NaN);
    end = PART.lastIndex;
  }
  if (end === 0 || end !== unsigned.length || totalMs > DURATION_MS_MAX) return null;
  return sign * totalMs;
}
