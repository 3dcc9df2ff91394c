import type { PointFunction } from "./math.ts";

/** Parts of a time in UTC, given in seconds since 1970. NaN and times beyond the calendar give NaN. */
function partOf(read: (date: Date) => number): PointFunction {
  return (seconds) => read(new Date(Math.trunc(seconds) * 1000));
}

const DAY_MS = 86_400_000;

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
}

/** Day 0 of the next month is the last of this one. */
function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

export const DATE_FUNCTIONS: ReadonlyMap<string, PointFunction> = new Map<string, PointFunction>([
  ["minute", partOf((date) => date.getUTCMinutes())],
  ["hour", partOf((date) => date.getUTCHours())],
  ["day_of_week", partOf((date) => date.getUTCDay())],
  ["day_of_month", partOf((date) => date.getUTCDate())],
  ["day_of_year", partOf(dayOfYear)],
  ["days_in_month", partOf(daysInMonth)],
  ["month", partOf((date) => date.getUTCMonth() + 1)],
  ["year", partOf((date) => date.getUTCFullYear())],
]);
