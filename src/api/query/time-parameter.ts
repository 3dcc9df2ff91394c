import { readGoFloat } from "./go-float.ts";
import { invalidParameter } from "./parameter-error.ts";

const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** The first and the last time that Prometheus knows, as its clients write them. */
const FIRST_TIME = "-292273086-05-16T16:47:06Z";
const LAST_TIME = "292277025-08-18T07:12:54.999999999Z";
/** Whole milliseconds are exact up to here; what lies beyond is as good as never. */
const TIME_MS_MAX: number = Number.MAX_SAFE_INTEGER;

/** A time in seconds or RFC 3339, in milliseconds. `refusal` begins what is said of anything else. */
export function readTime(parameters: URLSearchParams, name: string, refusal = ""): number {
  const text = parameters.get(name) ?? "";
  const timeMs = timeOf(text);
  if (timeMs !== null) return Math.min(Math.max(timeMs, -TIME_MS_MAX), TIME_MS_MAX);
  throw invalidParameter(
    name,
    `${refusal}cannot parse ${JSON.stringify(text)} to a valid timestamp`,
  );
}

/** The same for a parameter that may be missing. */
export function readOptionalTime(
  parameters: URLSearchParams,
  name: string,
  otherwiseMs: number,
): number {
  if ((parameters.get(name) ?? "") === "") return otherwiseMs;
  return readTime(parameters, name, `invalid time value for '${name}': `);
}

function timeOf(text: string): number | null {
  const seconds = readGoFloat(text);
  if (seconds !== null) return Number.isNaN(seconds) ? -TIME_MS_MAX : millisecondsOf(seconds);
  if (text === FIRST_TIME) return -TIME_MS_MAX;
  if (text === LAST_TIME) return TIME_MS_MAX;
  return RFC3339.test(text) ? rfc3339Of(text) : null;
}

/** Seconds whose fraction is rounded to milliseconds. */
function millisecondsOf(seconds: number): number {
  if (!Number.isFinite(seconds)) return seconds;
  const whole = Math.trunc(seconds);
  const fractionMs = (seconds - whole) * 1000;
  // Half away from zero, as Go rounds.
  return whole * 1000 + Math.sign(fractionMs) * Math.round(Math.abs(fractionMs));
}

function rfc3339Of(text: string): number | null {
  const [, year, month, day, hour, minute, second, fraction, zone = "Z"] = RFC3339.exec(text) ?? [];
  const atMs = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const written = new Date(atMs);
  // The 31st of June would have become the 1st of July.
  const isReal =
    written.getUTCMonth() === Number(month) - 1 &&
    written.getUTCDate() === Number(day) &&
    written.getUTCHours() === Number(hour) &&
    written.getUTCSeconds() === Number(second);
  const offsetMs = zoneOffsetMs(zone);
  if (!isReal || offsetMs === null) return null;
  return atMs - offsetMs + Math.floor(Number(`0${fraction ?? ""}`) * 1000);
}

function zoneOffsetMs(zone: string): number | null {
  if (zone.toLowerCase() === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
