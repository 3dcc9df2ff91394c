import { type FloatHistogram, type HistogramBuckets, NO_BUCKETS } from "#model";

/** Every count times a factor; a negative one makes a gauge, since counts then fall. */
export function multiply(histogram: FloatHistogram, factor: number): FloatHistogram {
  return scaled(histogram, (value) => value * factor, factor < 0);
}

/** Every count divided; by 0 the buckets go, as 0/0 is no count. */
export function divide(histogram: FloatHistogram, divisor: number): FloatHistogram {
  const result = scaled(histogram, (value) => value / divisor, divisor < 0);
  return divisor === 0 ? { ...result, positive: NO_BUCKETS, negative: NO_BUCKETS } : result;
}

function scaled(
  histogram: FloatHistogram,
  scale: (value: number) => number,
  makesGauge: boolean,
): FloatHistogram {
  const side = (buckets: HistogramBuckets): HistogramBuckets =>
    buckets.counts.length === 0
      ? buckets
      : { indexes: buckets.indexes, counts: buckets.counts.map(scale) };
  return {
    ...histogram,
    counterResetHint: makesGauge ? "gauge" : histogram.counterResetHint,
    zeroCount: scale(histogram.zeroCount),
    count: scale(histogram.count),
    sum: scale(histogram.sum),
    positive: side(histogram.positive),
    negative: side(histogram.negative),
  };
}
