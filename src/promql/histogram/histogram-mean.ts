import type { FloatHistogram } from "#model";
import { HistogramSum, type SumOutcome } from "./histogram-sum.ts";
import { divide } from "./scale.ts";

/**
 * The mean of histograms: the compensated sum over their number as long as no count overflows; from
 * the addition on that would overflow one it is a running mean (as for floats, Prometheus #16714).
 */
export class HistogramMean {
  #sum: HistogramSum;
  #number = 1;
  #isIncremental = false;

  constructor(first: FloatHistogram) {
    this.#sum = new HistogramSum(first);
  }

  add(histogram: FloatHistogram): SumOutcome {
    this.#number += 1;
    if (!this.#isIncremental) {
      const sum = this.#sum.copy();
      const outcome = sum.add(histogram);
      if (outcome.isIncompatible || !sum.isOverflown) {
        this.#sum = sum;
        return outcome;
      }
      this.#isIncremental = true;
      this.#sum.scale((value) => value / (this.#number - 1));
    }
    const share = (this.#number - 1) / this.#number;
    this.#sum.scale((value) => value * share);
    return this.#sum.add(divide(histogram, this.#number));
  }

  value(): FloatHistogram {
    if (this.#isIncremental) return this.#sum.compensated();
    const mean = this.#sum.copy();
    mean.scale((value) => value / this.#number);
    return mean.compensated();
  }
}
