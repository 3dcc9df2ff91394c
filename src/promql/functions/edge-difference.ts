import type { PointValue } from "../eval/vector-series.ts";
import type { Window, WindowCall } from "../eval/window.ts";
import type { RateKind } from "./rate-kind.ts";

/**
 * rate, increase and delta under `anchored` and `smoothed`: the value at the right edge minus that at
 * the left one, without extrapolation (Prometheus `extendedRate`, PROM-52). Anchored takes the last
 * sample at or before an edge, smoothed the straight line between the samples around it.
 */
export function edgeDifference(window: Window, call: WindowCall, kind: RateKind): PointValue {
  const span = samplesOfRange(window.series.floats.timestampsMs, window, call.edges);
  if (span === null) return undefined;
  const left = leftEdge(window, span, call.edges, kind);
  const right = rightEdge(window, span, call.edges, kind);
  let difference = right - left;
  if (kind.isCounter) difference += resetsBetween(window, span, left, right);
  return kind.isPerSecond ? difference / (call.rangeMs / 1000) : difference;
}

/** Both included: from the sample at or before the range to its last, or to the one after it. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** Null where no sample lies in the range: then there is nothing to say about it. */
export function samplesOfRange(
  timestampsMs: Float64Array,
  window: Window,
  edges: WindowCall["edges"],
  from: number = window.floatFrom,
  to: number = window.floatTo,
): Span | null {
  if (from === to) return null;
  let first = from;
  while (first + 1 < to && (timestampsMs[first + 1] as number) <= window.rangeStartMs) first += 1;
  let last = to - 1;
  if (edges === "smoothed") {
    last = first;
    while (last + 1 < to && (timestampsMs[last] as number) < window.rangeEndMs) last += 1;
  }
  const isBefore = (timestampsMs[last] as number) <= window.rangeStartMs;
  return isBefore || (timestampsMs[first] as number) > window.rangeEndMs ? null : { first, last };
}

function leftEdge(
  window: Window,
  { first }: Span,
  edges: WindowCall["edges"],
  kind: RateKind,
): number {
  const { timestampsMs, values } = window.series.floats;
  const isBefore = (timestampsMs[first] as number) < window.rangeStartMs;
  if (edges !== "smoothed" || !isBefore) return values[first] as number;
  return interpolated(window, first, window.rangeStartMs, kind);
}

function rightEdge(
  window: Window,
  { last }: Span,
  edges: WindowCall["edges"],
  kind: RateKind,
): number {
  const { timestampsMs, values } = window.series.floats;
  const isAfter = (timestampsMs[last] as number) > window.rangeEndMs;
  if (edges !== "smoothed" || !isAfter || last === window.floatFrom) return values[last] as number;
  return interpolated(window, last - 1, window.rangeEndMs, kind);
}

/** Between sample `index` and the next; a counter that fell in between began at zero. */
function interpolated(window: Window, index: number, timeMs: number, kind: RateKind): number {
  const { timestampsMs, values } = window.series.floats;
  const next = values[index + 1] as number;
  const previous = values[index] as number;
  const from = kind.isCounter && next < previous ? 0 : previous;
  const fromMs = timestampsMs[index] as number;
  return (
    from + ((next - from) * (timeMs - fromMs)) / ((timestampsMs[index + 1] as number) - fromMs)
  );
}

/** Only samples strictly inside: interpolation has taken care of resets at the edges. */
function resetsBetween(window: Window, span: Span, left: number, right: number): number {
  const { timestampsMs, values } = window.series.floats;
  const from =
    (timestampsMs[span.first] as number) <= window.rangeStartMs ? span.first + 1 : span.first;
  const to = (timestampsMs[span.last] as number) >= window.rangeEndMs ? span.last : span.last + 1;
  let correction = 0;
  let previous = left;
  for (let i = from; i < to; i++) {
    const value = values[i] as number;
    if (value < previous) correction += previous;
    previous = value;
  }
  return right < previous ? correction + previous : correction;
}
