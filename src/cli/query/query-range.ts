import { parseDuration } from "#lib/duration";
import { UsageError } from "../terminal/report-error.ts";

/** The steps of a range query. */
export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** Up to `endMs`; without a step about as many steps as a chart can show. */
export function queryRange(endMs: number, range: string, step: string | undefined): QueryRange {
  const rangeMs = durationOf(range, "--range");
  const stepMs = step === undefined ? usualStepMs(rangeMs) : durationOf(step, "--step");
  return { startMs: endMs - rangeMs, endMs, stepMs };
}

function durationOf(text: string, option: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== null && durationMs > 0) return durationMs;
  throw new UsageError(
    `${option} ${JSON.stringify(text)} is no duration above zero: give 15s, 1h, 7d`,
  );
}

const STEPS_WANTED = 240;
const SECOND_MS = 1000;
const USUAL_STEPS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60 * SECOND_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600 * SECOND_MS),
];
const DAY_MS = 86_400_000;

function usualStepMs(rangeMs: number): number {
  const least = rangeMs / STEPS_WANTED;
  return USUAL_STEPS_MS.find((stepMs) => stepMs >= least) ?? Math.ceil(least / DAY_MS) * DAY_MS;
}
