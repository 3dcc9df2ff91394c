import { Fault } from "./fault.ts";
import { strictBound } from "./strict-bound.ts";
import type { StrictSample } from "./strict-line.ts";

/**
 * The rules for the samples of one histogram at one time (OpenMetrics 1.0.0, «Histogram»,
 * «GaugeHistogram»): bounds rise and end with +Inf, buckets are cumulative, the count is the last
 * bucket, sum and count come together, and negative bounds rule out a sum that only grows.
 */
export class HistogramPoint {
  readonly #family: string;
  readonly #position: number;
  #bound = NaN;
  #bucket = 0;
  #hasNegativeBounds = false;
  #count: number | null = null;
  #sum: number | null = null;
  #gaugeSum: number | null = null;

  /** `position` is where its first sample stands. */
  constructor(family: string, position: number) {
    this.#family = family;
    this.#position = position;
  }

  add(sample: StrictSample, suffix: string): void {
    const { value } = sample;
    switch (suffix) {
      case "_bucket":
        this.#addBucket(sample);
        break;
      case "_count":
      case "_gcount":
        this.#count = value;
        break;
      case "_sum":
        this.#sum = value;
        break;
      case "_gsum":
        this.#gaugeSum = value;
        break;
    }
  }

  finish(): void {
    const hasSum = this.#sum !== null || this.#gaugeSum !== null;
    if (this.#bound !== Infinity) this.#fail("has no +Inf bucket");
    if (this.#count !== null && this.#count !== this.#bucket) {
      this.#fail("has a count that is not its +Inf bucket");
    }
    if (hasSum !== (this.#count !== null)) this.#fail("has only one of sum and count");
    if (this.#hasNegativeBounds && this.#sum !== null) {
      this.#fail("has a sum although it has negative bounds");
    }
    if (!this.#hasNegativeBounds && this.#gaugeSum !== null && this.#gaugeSum < 0) {
      this.#fail("has a negative sum without negative bounds");
    }
  }

  #addBucket(sample: StrictSample): void {
    const bound = strictBound(sample, "le");
    if (bound <= this.#bound) throw rule(sample.position, "buckets are not in order of le");
    if (sample.value < this.#bucket) throw rule(sample.position, "buckets are not cumulative");
    this.#bound = bound;
    this.#bucket = sample.value;
    if (bound < 0) this.#hasNegativeBounds = true;
  }

  #fail(reason: string): never {
    throw rule(this.#position, `the histogram ${this.#family} ${reason}`);
  }
}

function rule(position: number, reason: string): Fault {
  return new Fault(position, reason, "exposition_rule");
}
