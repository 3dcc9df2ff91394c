import type { FloatHistogram, HistogramBuckets } from "#model";

/** Without empty buckets. */
export function compact(histogram: FloatHistogram): FloatHistogram {
  const positive = withoutEmpty(histogram.positive);
  const negative = withoutEmpty(histogram.negative);
  if (positive === histogram.positive && negative === histogram.negative) return histogram;
  return { ...histogram, positive, negative };
}

function withoutEmpty(buckets: HistogramBuckets): HistogramBuckets {
  if (!buckets.counts.includes(0)) return buckets;
  return {
    indexes: buckets.indexes.filter((_, i) => buckets.counts[i] !== 0),
    counts: buckets.counts.filter((count) => count !== 0),
  };
}
