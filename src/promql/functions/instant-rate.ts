import type { PointValue } from "../eval/vector-series.ts";
import {
  histogramCount,
  type Window,
  type WindowCall,
  type WindowFunction,
} from "../eval/window.ts";
import { metricNameOf, mixedFloatsHistogramsWarning } from "./annotation-texts.ts";
import { startsAnew, warnOfOverlaps } from "./counter-resets.ts";
import { histogramInstantRate } from "./histogram-rate.ts";

/** irate and idelta: the last two samples only. */
export const irate: WindowFunction = (window, call) => instantChange(window, call, true);
export const idelta: WindowFunction = (window, call) => instantChange(window, call, false);

function instantChange(window: Window, call: WindowCall, isRate: boolean): PointValue {
  if (histogramCount(window) > 0) {
    const kind = lastTwoKinds(window);
    if (kind === "histograms") return histogramInstantRate(window, call, isRate);
    if (kind === "mixed") {
      const text = mixedFloatsHistogramsWarning(metricNameOf(window.series.labels));
      call.annotations.warn(text, call.position);
      return undefined;
    }
  }
  const { floats } = window.series;
  const last = window.floatTo - 1;
  if (last - 1 < window.floatFrom) return undefined;
  const elapsedMs =
    (floats.timestampsMs[last] as number) - (floats.timestampsMs[last - 1] as number);
  if (elapsedMs === 0) return undefined;
  const value = floats.values[last] as number;
  const previous = floats.values[last - 1] as number;
  if (!isRate) return value - previous;
  warnOfOverlaps(floats, last - 1, window.floatTo, window, call);
  const isReset = value < previous || startsAnew(floats, last);
  return (isReset ? value : value - previous) / (elapsedMs / 1000);
}

/** Of what kinds the newest two samples are; null where there are not two. */
function lastTwoKinds(window: Window): "floats" | "histograms" | "mixed" | null {
  const floatTimesMs = window.series.floats.timestampsMs;
  const histogramTimesMs = window.series.histograms.timestampsMs;
  let { floatTo, histogramTo } = window;
  let histograms = 0;
  for (let taken = 0; taken < 2; taken++) {
    const hasFloat = floatTo > window.floatFrom;
    const hasHistogram = histogramTo > window.histogramFrom;
    if (!hasFloat && !hasHistogram) return null;
    const isHistogram =
      hasHistogram &&
      (!hasFloat ||
        (histogramTimesMs[histogramTo - 1] as number) > (floatTimesMs[floatTo - 1] as number));
    if (isHistogram) {
      histogramTo -= 1;
      histograms += 1;
    } else {
      floatTo -= 1;
    }
  }
  if (histograms === 1) return "mixed";
  return histograms === 2 ? "histograms" : "floats";
}
