import { type FloatHistogram, hasCustomBuckets } from "#model";
import type { Annotations } from "../eval/annotations.ts";
import type { PointValue } from "../eval/vector-series.ts";
import type { Window, WindowCall } from "../eval/window.ts";
import { compact, detectsReset, divide, HistogramSum, multiply } from "../histogram/index.ts";
import type { PositionRange } from "../syntax/position-range.ts";
import { metricNameOf, mixedExponentialCustomWarning } from "./annotation-texts.ts";
import { samplesOfRange, type Span } from "./edge-difference.ts";
import { type HistogramNotes, noteKind, noteOutcome, notesOf } from "./histogram-annotations.ts";
import type { RateKind } from "./rate-kind.ts";

/**
 * rate, increase and delta of histograms under `anchored` and `smoothed`: the histogram at the right
 * edge minus that at the left one, plus what was counted before each reset in between. See
 * edge-difference.ts, which does the same for floats.
 */
export function histogramEdgeDifference(
  window: Window,
  call: WindowCall,
  kind: RateKind,
): PointValue {
  const run = window.series.histograms;
  const { histogramFrom, histogramTo } = window;
  const span = samplesOfRange(run.timestampsMs, window, call.edges, histogramFrom, histogramTo);
  if (span === null) return undefined;
  const notes = notesOf(window, call);
  const samples = run.values.slice(span.first, span.last + 1);
  if (!sameBucketKind(samples, notes)) return undefined;
  if (kind.isCounter) noteKind(samples, kind, notes);
  const left = leftEdge(window, span, call.edges, kind, notes);
  const right = rightEdge(window, span, call.edges, kind, notes);
  if (left === null || right === null) return undefined;
  if (!kind.isCounter) noteKind([left, right], kind, notes);
  const sum = new HistogramSum(right);
  if (!noteOutcome(sum.subtract(left), "subtraction", notes)) return undefined;
  if (kind.isCounter) {
    for (const lost of countedBeforeResets(window, span, { left, right }, call.edges)) {
      if (!noteOutcome(sum.add(lost), "addition", notes)) return undefined;
    }
  }
  const difference = { ...sum.rounded(), counterResetHint: "gauge" } as const;
  return compact(kind.isPerSecond ? divide(difference, call.rangeMs / 1000) : difference);
}

function sameBucketKind(samples: readonly FloatHistogram[], notes: HistogramNotes): boolean {
  const customs = samples.filter(hasCustomBuckets).length;
  if (customs === 0 || customs === samples.length) return true;
  notes.annotations.warn(mixedExponentialCustomWarning(notes.metricName), notes.position);
  return false;
}

function leftEdge(
  window: Window,
  { first }: Span,
  edges: WindowCall["edges"],
  kind: RateKind,
  notes: HistogramNotes,
): FloatHistogram | null {
  const { timestampsMs, values } = window.series.histograms;
  const isBefore = (timestampsMs[first] as number) < window.rangeStartMs;
  if (edges !== "smoothed" || !isBefore) return values[first] as FloatHistogram;
  return interpolated(window, first, window.rangeStartMs, kind.isCounter, notes);
}

function rightEdge(
  window: Window,
  { last }: Span,
  edges: WindowCall["edges"],
  kind: RateKind,
  notes: HistogramNotes,
): FloatHistogram | null {
  const { timestampsMs, values } = window.series.histograms;
  const isAfter = (timestampsMs[last] as number) > window.rangeEndMs;
  if (edges !== "smoothed" || !isAfter || last === window.histogramFrom) {
    return values[last] as FloatHistogram;
  }
  return interpolated(window, last - 1, window.rangeEndMs, kind.isCounter, notes);
}

/**
 * Between sample `index` and the next, on a straight line for every bucket; a counter that was reset
 * in between began at zero. Null where one has exponential and the other custom buckets.
 */
function interpolated(
  window: Window,
  index: number,
  timeMs: number,
  isCounter: boolean,
  notes: HistogramNotes,
): FloatHistogram | null {
  const { timestampsMs, values } = window.series.histograms;
  const before = values[index] as FloatHistogram;
  const after = values[index + 1] as FloatHistogram;
  const beforeMs = timestampsMs[index] as number;
  const afterMs = timestampsMs[index + 1] as number;
  if (timeMs === beforeMs) return before;
  if (timeMs === afterMs) return after;
  const share = (timeMs - beforeMs) / (afterMs - beforeMs);
  if (isCounter && detectsReset(after, before)) return multiply(after, share);
  const difference = new HistogramSum(after);
  if (!noteOutcome(difference.subtract(before), "subtraction", notes)) return null;
  const sum = new HistogramSum(multiply(difference.rounded(), share));
  return noteOutcome(sum.add(before), "addition", notes) ? sum.rounded() : null;
}

interface Edges {
  readonly left: FloatHistogram;
  readonly right: FloatHistogram;
}

/** The histogram before each reset; interpolation has taken care of one at the left edge. */
function* countedBeforeResets(
  window: Window,
  { first, last }: Span,
  { left, right }: Edges,
  edges: WindowCall["edges"],
): Generator<FloatHistogram> {
  const { timestampsMs, values } = window.series.histograms;
  let next = first + 1;
  let previous = left;
  const wasInterpolated =
    edges === "smoothed" && (timestampsMs[first] as number) < window.rangeStartMs;
  const second = values[first + 1];
  if (
    wasInterpolated &&
    second !== undefined &&
    detectsReset(second, values[first] as FloatHistogram)
  ) {
    previous = second;
    next += 1;
  }
  if (next > last) return;
  for (; next < last; next++) {
    const current = values[next] as FloatHistogram;
    if (detectsReset(current, previous)) yield previous;
    previous = current;
  }
  if (detectsReset(right, previous)) yield previous;
}

/**
 * `selector smoothed` at the end of a window that has only histograms: interpolated between the
 * samples around it, the last one where none comes after, nothing before the first.
 */
export function interpolateHistogramAt(
  window: Window,
  position: PositionRange,
  annotations: Annotations,
): FloatHistogram | undefined {
  const { timestampsMs, values } = window.series.histograms;
  const timeMs = window.rangeEndMs;
  let next = window.histogramFrom;
  while (next < window.histogramTo && (timestampsMs[next] as number) < timeMs) next += 1;
  if (next < window.histogramTo && timestampsMs[next] === timeMs) return values[next];
  if (next === window.histogramFrom) return undefined;
  const before = values[next - 1] as FloatHistogram;
  // A hint tells of the way from one sample to the next, not of a value carried on.
  if (next === window.histogramTo) return { ...before, counterResetHint: "unknown" };
  const notes = { annotations, position, metricName: metricNameOf(window.series.labels) };
  const after = values[next] as FloatHistogram;
  if (!sameBucketKind([before, after], notes)) return undefined;
  const isCounter = before.counterResetHint !== "gauge" || after.counterResetHint !== "gauge";
  return interpolated(window, next - 1, timeMs, isCounter, notes) ?? undefined;
}
