import { type Labels, labelValue } from "#model";
import type { FloatRun } from "../eval/range-samples.ts";
import type { Window, WindowCall } from "../eval/window.ts";
import {
  metricNameOf,
  overlappingStartTimeWarning,
  possibleNonCounterInfo,
  possibleNonCounterTypeInfo,
} from "./annotation-texts.ts";

/** Times and start times of samples, floats or histograms. */
export type TimedRun = Pick<FloatRun, "timestampsMs" | "startTimestampsMs">;

/**
 * Whether the start time of sample `index` says that the counter began anew after the sample before
 * it. A start equal to the previous sample's time is a delta's only if that one had a start before
 * its own time: otherwise it is a cumulative series whose true start is not known (OpenTelemetry
 * metrics data model, «Cumulative streams: handling unknown start time»).
 */
export function startsAnew(run: TimedRun, index: number): boolean {
  const starts = run.startTimestampsMs;
  if (starts === null) return false;
  const startMs = starts[index] as number;
  if (startMs === 0 || startMs >= (run.timestampsMs[index] as number)) return false;
  const previousMs = run.timestampsMs[index - 1] as number;
  if (startMs > previousMs) return true;
  const previousStartMs = starts[index - 1] as number;
  return startMs === previousMs && previousStartMs !== 0 && previousStartMs < previousMs;
}

/** The time at which the counter was zero within the range, before its sample `first`; or null. */
export function zeroPointMs(run: TimedRun, first: number, rangeStartMs: number): number | null {
  const startMs = run.startTimestampsMs?.[first] ?? 0;
  const isInside = startMs > rangeStartMs && startMs < (run.timestampsMs[first] as number);
  return startMs !== 0 && isInside ? startMs : null;
}

export function warnOfOverlaps(
  run: TimedRun,
  from: number,
  to: number,
  window: Window,
  call: WindowCall,
): void {
  const starts = run.startTimestampsMs;
  if (starts === null) return;
  for (let i = from + 1; i < to; i++) {
    const startMs = starts[i] as number;
    const overlaps =
      startMs !== 0 && startMs < (run.timestampsMs[i - 1] as number) && startMs !== starts[i - 1];
    if (!overlaps) continue;
    const text = overlappingStartTimeWarning(metricNameOf(window.series.labels));
    call.annotations.warn(text, call.position);
    return;
  }
}

const COUNTER_SUFFIXES = ["_total", "_sum", "_count", "_bucket"];

/** Tells users who take the rate of what is no counter by its type, or else by its name. */
export function noteNonCounter(labels: Labels, call: WindowCall): void {
  const metricName = metricNameOf(labels);
  if (metricName === "") return;
  const type = labelValue(labels, "__type__");
  if (type !== "") {
    if (type === "counter" || type === "histogram") return;
    call.annotations.info(possibleNonCounterTypeInfo(metricName, type), call.position);
    return;
  }
  if (COUNTER_SUFFIXES.some((suffix) => metricName.endsWith(suffix))) return;
  call.annotations.info(possibleNonCounterInfo(metricName), call.position);
}
