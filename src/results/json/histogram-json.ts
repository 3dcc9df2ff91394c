import type { FloatHistogram } from "#model";
import { ascendingBuckets, type HistogramBucket } from "#promql";
import { sampleValueText } from "../wire/sample-value.ts";

/** `{"count":"3","sum":"4.5","buckets":[[0,"1","2","3"]]}`; empty buckets are left out. */
export function histogramJson(histogram: FloatHistogram): string {
  const buckets: string[] = [];
  for (const bucket of ascendingBuckets(histogram)) {
    if (bucket.count !== 0) buckets.push(bucketJson(bucket));
  }
  const list = buckets.length === 0 ? "" : `,"buckets":[${buckets.join(",")}]`;
  return `{"count":${quoted(histogram.count)},"sum":${quoted(histogram.sum)}${list}}`;
}

function bucketJson(bucket: HistogramBucket): string {
  const { lower, upper, count } = bucket;
  return `[${boundaryRule(bucket)},${quoted(lower)},${quoted(upper)},${quoted(count)}]`;
}

/** 0: open on the left, 1: open on the right, 2: on both sides, 3: closed. */
function boundaryRule({ lowerInclusive, upperInclusive }: HistogramBucket): number {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}

function quoted(value: number): string {
  return `"${sampleValueText(value)}"`;
}
