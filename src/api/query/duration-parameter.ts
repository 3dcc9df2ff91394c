import { parseDuration } from "#lib/duration";
import { readGoFloat } from "./go-float.ts";
import { invalidParameter } from "./parameter-error.ts";

/** Go counts durations in nanoseconds, 64 bits wide. */
const DURATION_SECONDS_MAX = 2 ** 63 / 1e9;

/** A duration in seconds or in Prometheus' own form, in milliseconds with their fraction. */
export function readDuration(parameters: URLSearchParams, name: string): number {
  const text = parameters.get(name) ?? "";
  const seconds = readGoFloat(text);
  if (seconds === null) {
    const durationMs = parseDuration(text);
    if (durationMs !== null) return durationMs;
    throw invalidParameter(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
  }
  if (Math.abs(seconds) > DURATION_SECONDS_MAX) {
    const reason = `cannot parse ${JSON.stringify(text)} to a valid duration. It overflows int64`;
    throw invalidParameter(name, reason);
  }
  return Number.isNaN(seconds) ? 0 : seconds * 1000;
}

/** The same for a parameter that may be missing. */
export function readOptionalDuration(parameters: URLSearchParams, name: string): number | null {
  return (parameters.get(name) ?? "") === "" ? null : readDuration(parameters, name);
}
