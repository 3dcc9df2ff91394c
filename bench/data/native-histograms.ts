import type { FloatHistogram } from "../../src/model/histogram.ts";
import { NO_BOUNDS, NO_BUCKETS } from "../../src/model/histogram.ts";
import { seededRandom } from "./seeded-random.ts";

/** What a service observes, and with which layout. */
export interface HistogramLoad {
  readonly schema: number;
  /** Before the first sample, and on average between two samples. */
  readonly observationsBefore: number;
  readonly observationsPerStep: number;
}

/** Durations spread log-normally around 50 ms, as native histograms of one series. */
export function nativeHistograms(
  { schema, observationsBefore, observationsPerStep }: HistogramLoad,
  length: number,
  seed: number,
): FloatHistogram[] {
  const random = seededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(random() + Number.EPSILON)) * Math.cos(2 * Math.PI * random());
  const counts = new Map<number, number>();
  let count = 0;
  let sum = 0;
  const observe = (times: number): void => {
    for (let i = 0; i < times; i++) {
      const value = Math.exp(normal() * 0.8 - 3);
      const bucket = Math.ceil(Math.log2(value) * 2 ** schema);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
      count += 1;
      sum += value;
    }
  };
  observe(observationsBefore);
  return Array.from({ length }, () => {
    observe(Math.round(observationsPerStep * (0.5 + random())));
    const sorted = Array.from(counts).toSorted(([a], [b]) => a - b);
    return {
      counterResetHint: "unknown",
      schema,
      zeroThreshold: 2 ** -128,
      zeroCount: 0,
      count,
      sum,
      positive: {
        indexes: Int32Array.from(sorted, ([index]) => index),
        counts: Float64Array.from(sorted, ([, observations]) => observations),
      },
      negative: NO_BUCKETS,
      customBounds: NO_BOUNDS,
    };
  });
}
