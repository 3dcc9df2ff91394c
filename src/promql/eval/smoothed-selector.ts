import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import { metricNameOf, mixedFloatsHistogramsWarning } from "../functions/annotation-texts.ts";
import { interpolateHistogramAt } from "../functions/histogram-extended-range.ts";
import type { Evaluation } from "./evaluation.ts";
import { countRead } from "./instant-selector.ts";
import { splitSamples } from "./range-samples.ts";
import type { RangeVector } from "./range-vector.ts";
import { referenceTimeOf } from "./reference-time.ts";
import { slideTo, windowOf } from "./slide-windows.ts";
import type { StepGrid } from "./step-grid.ts";
import { type PointValue, seriesOf, setPoint, type VectorSeries } from "./vector-series.ts";
import { floatCount, histogramCount, type Window } from "./window.ts";

/**
 * `selector smoothed`: the value on the straight line between the samples around each step, within
 * the lookback on both sides; the last value where none comes after.
 */
export function* selectSmoothed(
  selector: VectorSelector,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const range: RangeVector = {
    rangeMs: 0,
    time: referenceTimeOf(selector, evaluation.bounds),
    edges: "smoothed",
    series: [],
    grid: null,
  };
  for (const stored of evaluation.storedSeries(selector)) {
    const series = { labels: stored.labels, dropsName: false, ...splitSamples(stored.samples()) };
    const window = windowOf(series);
    const columns = evaluation.columns.take(grid);
    for (let step = 0; step < grid.count; step++) {
      slideTo(window, range, evaluation.settings, grid, step);
      setPoint(columns, step, smoothedAt(window, selector, evaluation));
    }
    countRead(columns, evaluation, grid);
    if (columns.pointCount > 0) yield seriesOf(stored.labels, false, columns);
  }
}

function smoothedAt(
  window: Window,
  selector: VectorSelector,
  { annotations }: Evaluation,
): PointValue {
  const floats = floatCount(window);
  const histograms = histogramCount(window);
  if (floats > 0 && histograms > 0) {
    annotations.warn(
      mixedFloatsHistogramsWarning(metricNameOf(window.series.labels)),
      selector.position,
    );
    return undefined;
  }
  if (histograms > 0) return interpolateHistogramAt(window, selector.position, annotations);
  return floats > 0 ? floatAt(window) : undefined;
}

function floatAt(window: Window): PointValue {
  const { timestampsMs, values } = window.series.floats;
  const timeMs = window.rangeEndMs;
  let next = window.floatFrom;
  while (next < window.floatTo && (timestampsMs[next] as number) < timeMs) next += 1;
  if (next < window.floatTo && timestampsMs[next] === timeMs) return values[next];
  if (next === window.floatFrom) return undefined;
  const before = values[next - 1] as number;
  if (next === window.floatTo) return before;
  const beforeMs = timestampsMs[next - 1] as number;
  const share = (timeMs - beforeMs) / ((timestampsMs[next] as number) - beforeMs);
  return before + ((values[next] as number) - before) * share;
}
