import { goQuote } from "../syntax/go-quote.ts";
import { type Labels, labelValue, METRIC_NAME } from "#model";

/** Wording of annotations, as Prometheus has it (util/annotations). */
export function metricNameOf(labels: Labels): string {
  return labelValue(labels, METRIC_NAME);
}

/** In some texts only; in others an empty name is shown as one. */
function forMetric(metricName: string): string {
  return metricName === "" ? "" : ` for metric name ${goQuote(metricName)}`;
}

export function mixedFloatsHistogramsWarning(metricName: string): string {
  return `encountered a mix of histograms and floats for metric name ${goQuote(metricName)}`;
}

export function mixedFloatsHistogramsAggregationWarning(): string {
  return "encountered a mix of histograms and floats for aggregation";
}

export function mixedExponentialCustomWarning(metricName: string): string {
  return `vector contains a mix of histograms with exponential and custom buckets schemas for metric name ${goQuote(metricName)}`;
}

export function mixedClassicNativeWarning(metricName: string): string {
  return `vector contains a mix of classic and native histograms${forMetric(metricName)}`;
}

export function notCounterHistogramWarning(metricName: string): string {
  return `this native histogram metric is not a counter: ${goQuote(metricName)}`;
}

export function notGaugeHistogramWarning(metricName: string): string {
  return `this native histogram metric is not a gauge: ${goQuote(metricName)}`;
}

export function possibleNonCounterInfo(metricName: string): string {
  return `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${goQuote(metricName)}`;
}

export function possibleNonCounterTypeInfo(metricName: string, type: string): string {
  return `metric might not be a counter, __type__ label is not set to "counter" or "histogram", got ${goQuote(type)}: ${goQuote(metricName)}`;
}

export function overlappingStartTimeWarning(metricName: string): string {
  return `sample has start time that overlaps with previous sample timestamp for metric ${goQuote(metricName)}`;
}

export function ignoredHistogramsInRangeInfo(metricName: string): string {
  return `ignored histograms in a range containing both floats and histograms for metric name ${goQuote(metricName)}`;
}

export function ignoredHistogramsInAggregationInfo(operator: string): string {
  return `ignored histogram in ${operator} aggregation`;
}

export function invalidQuantileWarning(quantile: string): string {
  return `quantile value should be between 0 and 1, got ${quantile}`;
}

export function invalidRatioWarning(ratio: string, capped: string): string {
  return `ratio value should be between -1 and 1, got ${ratio}, capping to ${capped}`;
}

export function badBucketLabelWarning(metricName: string, value: string): string {
  return `bucket label "le" is missing or has a malformed value of ${goQuote(value)}${forMetric(metricName)}`;
}

export function sortInRangeWarning(): string {
  return "sort is ineffective for range queries since results are always ordered by labels";
}

export function incompatibleTypesInfo(left: string, operator: string, right: string): string {
  return `incompatible sample types encountered for binary operator ${goQuote(operator)}: ${left} ${operator} ${right}`;
}
