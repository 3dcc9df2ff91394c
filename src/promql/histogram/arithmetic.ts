import type { FloatHistogram } from "#model";
import { HistogramSum, type SumOutcome } from "./histogram-sum.ts";

/** A sum or difference of two, `histogram` null where one is exponential and the other custom. */
export interface CombinedHistograms extends SumOutcome {
  readonly histogram: FloatHistogram | null;
}

export function addHistograms(a: FloatHistogram, b: FloatHistogram): CombinedHistograms {
  const sum = new HistogramSum(a);
  const outcome = sum.add(b);
  return { ...outcome, histogram: outcome.isIncompatible ? null : sum.rounded() };
}

export function subtractHistograms(a: FloatHistogram, b: FloatHistogram): CombinedHistograms {
  const difference = new HistogramSum(a);
  const outcome = difference.subtract(b);
  return { ...outcome, histogram: outcome.isIncompatible ? null : difference.rounded() };
}
