import type { FloatHistogram } from "#model";
import { mixedExponentialCustomWarning } from "../../functions/annotation-texts.ts";
import {
  collidingResetsWarning,
  HintTally,
  reconciledBoundsInfo,
} from "../../functions/histogram-annotations.ts";
import { compact, HistogramMean, HistogramSum } from "../../histogram/index.ts";
import type { PointValue } from "../vector-series.ts";
import type { AggregationNotes } from "./accumulator.ts";

/** Histograms of one group at one step, for sum and avg. Without result once two do not go together. */
export class HistogramTotal {
  readonly #isMean: boolean;
  readonly #notes: AggregationNotes;
  readonly #hints = new HintTally();
  #total: HistogramMean | HistogramSum | null = null;
  #isIncompatible = false;

  constructor(isMean: boolean, notes: AggregationNotes) {
    this.#isMean = isMean;
    this.#notes = notes;
  }

  /** `metricName` is what a warning calls the histogram that does not go with those before. */
  add(histogram: FloatHistogram, metricName: string): void {
    if (this.#isIncompatible) return;
    this.#hints.see(histogram);
    if (this.#total === null) {
      this.#total = this.#isMean ? new HistogramMean(histogram) : new HistogramSum(histogram);
      return;
    }
    const { annotations, position } = this.#notes;
    const { isIncompatible, boundsReconciled } = this.#total.add(histogram);
    this.#isIncompatible = isIncompatible;
    if (isIncompatible) annotations.warn(mixedExponentialCustomWarning(metricName), position);
    if (boundsReconciled) annotations.info(reconciledBoundsInfo("aggregation"), position);
  }

  finish(): PointValue {
    if (this.#total === null || this.#isIncompatible) return undefined;
    const { annotations, position } = this.#notes;
    if (this.#hints.collides) annotations.warn(collidingResetsWarning("aggregation"), position);
    const total = this.#total;
    return compact(total instanceof HistogramSum ? total.compensated() : total.value());
  }
}
