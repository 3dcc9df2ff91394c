import { UsageError } from "./terminal/report-error.ts";

/** Milliseconds since 1970; null where nothing is said. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const timeMs = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isFinite(timeMs)) return Math.round(timeMs);
  throw new UsageError(`${JSON.stringify(text)} is no time: give seconds since 1970 or RFC 3339`);
}
