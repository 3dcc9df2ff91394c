import {
  CUSTOM_BUCKETS_SCHEMA,
  EXPONENTIAL_SCHEMA_MAX,
  type FloatHistogram,
  hasCustomBuckets,
  type HistogramBuckets,
} from "#model";
import { HISTOGRAM_BUCKETS_MAX } from "../limits.ts";

const EXPONENTIAL_SCHEMA_MIN = -4;

/**
 * Why the histogram cannot be stored, or null. About its form alone: what is written must be
 * readable. Whether its counts make sense is for those to judge who take it in.
 */
export function histogramFault(histogram: FloatHistogram): string | null {
  const { schema, customBounds } = histogram;
  const isCustom = hasCustomBuckets(histogram);
  if (!isCustom && !isExponential(schema)) {
    return `its schema is ${schema}, not ${EXPONENTIAL_SCHEMA_MIN} … ${EXPONENTIAL_SCHEMA_MAX} or ${CUSTOM_BUCKETS_SCHEMA}`;
  }
  if (customBounds.length > HISTOGRAM_BUCKETS_MAX) return tooMany("bounds", customBounds.length);
  if (!isCustom && customBounds.length > 0) return "it has custom bounds and another schema";
  if (isCustom && (histogram.positive.indexes.at(-1) ?? 0) > customBounds.length) {
    return `it has a bucket past its ${customBounds.length} custom bounds`;
  }
  return sideFault("positive", histogram.positive) ?? sideFault("negative", histogram.negative);
}

function isExponential(schema: number): boolean {
  return (
    Number.isInteger(schema) && schema >= EXPONENTIAL_SCHEMA_MIN && schema <= EXPONENTIAL_SCHEMA_MAX
  );
}

function sideFault(side: string, { indexes, counts }: HistogramBuckets): string | null {
  if (indexes.length > HISTOGRAM_BUCKETS_MAX) return tooMany(`${side} buckets`, indexes.length);
  if (indexes.length !== counts.length) {
    return `it has ${indexes.length} ${side} buckets with ${counts.length} counts`;
  }
  for (let i = 1; i < indexes.length; i++) {
    if ((indexes[i] as number) <= (indexes[i - 1] as number)) {
      return `its ${side} buckets are not in order`;
    }
  }
  return null;
}

function tooMany(what: string, count: number): string {
  return `it has ${count} ${what}, at most ${HISTOGRAM_BUCKETS_MAX} are stored`;
}
