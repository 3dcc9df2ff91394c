import type { Fields } from "../config/fields.ts";
import { GO_DURATION, parseGoDuration } from "../config/go-duration.ts";

/**
 * Options of the telemetry namespaces. The original replaces most odd values silently by a default;
 * here a warning says so. What makes it crash at start is refused.
 */
export function textOption(fields: Fields, key: string, fallback: string): string {
  const value = fields.raw(key) ?? fallback;
  if (typeof value === "string") return value;
  fields.warn(key, `is not a text, so it counts as ${JSON.stringify(fallback)}`);
  return fallback;
}

export function flagOption(fields: Fields, key: string): boolean {
  const value = fields.raw(key) ?? false;
  if (typeof value === "boolean") return value;
  fields.warn(key, "is neither true nor false, so it counts as false");
  return false;
}

/** A whole number from 0 on, of whatever kind the file's format makes it. */
export function countOption(fields: Fields, key: string, fallback: number): number {
  const value = fields.raw(key) ?? fallback;
  const count = typeof value === "bigint" ? Number(value) : value;
  if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) return count;
  fields.warn(key, `is not a whole number from 0 on, so it counts as ${fallback}`);
  return fallback;
}

/** The text of an interval as milliseconds; refused where there is no such interval. */
export function intervalOption(fields: Fields, key: string, text: string): number | null {
  const intervalMs = parseGoDuration(text);
  if (intervalMs !== null && intervalMs > 0) return intervalMs;
  const found = intervalMs === null ? "is no duration" : "is not above zero";
  fields.refuse(key, `${JSON.stringify(text)} ${found}: write ${GO_DURATION}`);
  return null;
}
