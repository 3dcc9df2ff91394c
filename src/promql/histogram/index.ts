export { addHistograms, type CombinedHistograms, subtractHistograms } from "./arithmetic.ts";
export { classicToCustom, type ClassicHistogram } from "./classic-to-custom.ts";
export { compact } from "./compact.ts";
export { detectsReset } from "./detect-reset.ts";
export { equalHistograms } from "./equality.ts";
export { histogramFraction } from "./fraction.ts";
export { HistogramMean } from "./histogram-mean.ts";
export { HistogramSum, type SumOutcome } from "./histogram-sum.ts";
export {
  formatHistogramText,
  type HistogramText,
  HistogramTextError,
  parseHistogramText,
} from "./histogram-text.ts";
export { histogramQuantile, type NaNEffect } from "./quantile.ts";
export { toSchema } from "./resolution.ts";
export { divide, multiply } from "./scale.ts";
export { trimHistogram, type TrimSide } from "./trim.ts";
export { histogramVariance } from "./variance.ts";
