import type { PointFunction } from "./math.ts";

const INT64_MAX = 2 ** 63;
/** After 400 years the calendar begins again, weekdays too; JavaScript's dates end much earlier than Go's. */
const CALENDAR_YEARS = 400;
const CALENDAR_SECONDS = 146_097 * 86_400;

/**
 * Parts of a time in UTC, given in seconds since 1970. What no 64-bit number of seconds holds, NaN
 * too, becomes the smallest one in Go, whose calendar then says 4 December 292277026596, 15:30:
 * `beyond` is what Prometheus answers there.
 */
function partOf(
  beyond: number,
  read: (date: Date, calendarsBefore: number) => number,
): PointFunction {
  return (seconds) => {
    const isCountable = seconds >= -INT64_MAX && seconds < INT64_MAX;
    if (!isCountable) return beyond;
    const whole = Math.trunc(seconds);
    const rest = ((whole % CALENDAR_SECONDS) + CALENDAR_SECONDS) % CALENDAR_SECONDS;
    return read(new Date(rest * 1000), Math.round((whole - rest) / CALENDAR_SECONDS));
  };
}

const DAY_MS = 86_400_000;

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;
}

function yearOf(date: Date, calendarsBefore: number): number {
  return date.getUTCFullYear() + calendarsBefore * CALENDAR_YEARS;
}

/** Day 0 of the next month is the last of this one. */
function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

export const DATE_FUNCTIONS: ReadonlyMap<string, PointFunction> = new Map<string, PointFunction>([
  ["minute", partOf(30, (date) => date.getUTCMinutes())],
  ["hour", partOf(15, (date) => date.getUTCHours())],
  ["day_of_week", partOf(0, (date) => date.getUTCDay())],
  ["day_of_month", partOf(4, (date) => date.getUTCDate())],
  ["day_of_year", partOf(339, dayOfYear)],
  ["days_in_month", partOf(31, daysInMonth)],
  ["month", partOf(12, (date) => date.getUTCMonth() + 1)],
  ["year", partOf(292_277_026_596, yearOf)],
]);
