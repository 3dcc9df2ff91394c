import { executionError } from "../eval/query-error.ts";
import type { WindowFunction } from "../eval/window.ts";
import { formatFixed } from "./format-float.ts";
import { floatsOf, hasOnlyFloatsToSee } from "./windowed-samples.ts";

/**
 * Holt's linear method: a smoothed level and a smoothed trend
 * (https://www.itl.nist.gov/div898/handbook/pmc/section4/pmc433.htm).
 */
export const doubleExponentialSmoothing: WindowFunction = (
  window,
  call,
  [levelFactor = Number.NaN, trendFactor = Number.NaN],
) => {
  requireFactor("smoothing", levelFactor);
  requireFactor("trend", trendFactor);
  if (!hasOnlyFloatsToSee(window, call)) return undefined;
  const values = floatsOf(window);
  if (values.length < 2) return undefined;
  let previousLevel = 0;
  let level = values[0] as number;
  let trend = (values[1] as number) - level;
  for (let i = 1; i < values.length; i++) {
    // The first trend is taken as it is: there is no earlier level to correct it by.
    if (i > 1) trend = trendFactor * (level - previousLevel) + (1 - trendFactor) * trend;
    const next = levelFactor * (values[i] as number) + (1 - levelFactor) * (level + trend);
    previousLevel = level;
    level = next;
  }
  return level;
};

function requireFactor(what: string, factor: number): void {
  if (factor > 0 && factor < 1) return;
  throw executionError(
    `invalid ${what} factor. Expected: 0 < ${what === "trend" ? "tf" : "sf"} < 1, got: ${formatFixed(factor)}`,
  );
}
