import { floatCount, type Window, type WindowFunction } from "../eval/window.ts";
import { KahanSum } from "./kahan-sum.ts";
import { hasOnlyFloatsToSee } from "./windowed-samples.ts";

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** Least squares over the window's floats; seconds are counted from `originMs`. */
function regression(window: Window, originMs: number): Line {
  const { timestampsMs, values } = window.series.floats;
  const first = values[window.floatFrom] as number;
  const [sumX, sumY, sumXY, sumX2] = [
    new KahanSum(),
    new KahanSum(),
    new KahanSum(),
    new KahanSum(),
  ];
  let isConstant = true;
  for (let i = window.floatFrom; i < window.floatTo; i++) {
    const y = values[i] as number;
    if (y !== first) isConstant = false;
    const x = ((timestampsMs[i] as number) - originMs) / 1000;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumX2.add(x * x);
  }
  // Rounding would give a constant a slope that is not quite zero.
  if (isConstant) {
    return Number.isFinite(first)
      ? { slope: 0, intercept: first }
      : { slope: Number.NaN, intercept: Number.NaN };
  }
  const count = floatCount(window);
  const [x, y, xy, x2] = [sumX, sumY, sumXY, sumX2].map((sum) => sum.sum + sum.compensation) as [
    number,
    number,
    number,
    number,
  ];
  const slope = (xy - (x * y) / count) / (x2 - (x * x) / count);
  return { slope, intercept: y / count - (slope * x) / count };
}

/** Change per second. */
export const deriv: WindowFunction = (window, call) => {
  if (!hasOnlyFloatsToSee(window, call) || floatCount(window) < 2) return undefined;
  // Counting from the first sample keeps the products small, and so exact.
  return regression(window, window.series.floats.timestampsMs[window.floatFrom] as number).slope;
};

/** The line's value `seconds` after the step's own time. */
export const predictLinear: WindowFunction = (window, call, [seconds = Number.NaN]) => {
  if (!hasOnlyFloatsToSee(window, call) || floatCount(window) < 2) return undefined;
  const { slope, intercept } = regression(window, window.timeMs);
  return slope * seconds + intercept;
};
