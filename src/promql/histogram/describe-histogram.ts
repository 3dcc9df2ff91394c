import type { FloatHistogram } from "#model";
import { formatGeneral } from "../functions/format-float.ts";
import { type Bucket, negativeBuckets, positiveBuckets, zeroBucket } from "./bucket.ts";

/** As Prometheus prints histograms for people: `{count:3, sum:4, [-2,-1):2, (0.5,1]:1}`. */
export function describeHistogram(histogram: FloatHistogram): string {
  const parts = [`count:${formatGeneral(histogram.count)}`, `sum:${formatGeneral(histogram.sum)}`];
  // With their own bounds, even where they overlap.
  const buckets = [
    ...[...negativeBuckets(histogram)].toReversed(),
    zeroBucket(histogram),
    ...positiveBuckets(histogram),
  ];
  for (const bucket of buckets) if (bucket.count !== 0) parts.push(describeBucket(bucket));
  return `{${parts.join(", ")}}`;
}

function describeBucket({ lower, upper, lowerInclusive, upperInclusive, count }: Bucket): string {
  const open = lowerInclusive ? "[" : "(";
  const close = upperInclusive ? "]" : ")";
  return `${open}${formatGeneral(lower)},${formatGeneral(upper)}${close}:${formatGeneral(count)}`;
}
