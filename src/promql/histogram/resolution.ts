import type { FloatHistogram } from "#model";
import { CompensatedBuckets } from "./compensated-buckets.ts";

/** The histogram in a coarser exponential schema, or itself where it is as coarse. */
export function toSchema(histogram: FloatHistogram, schema: number): FloatHistogram {
  if (histogram.schema <= schema) return histogram;
  const { positive, negative } = histogram;
  return {
    ...histogram,
    schema,
    positive: CompensatedBuckets.of(positive).coarser(histogram.schema, schema).rounded(),
    negative: CompensatedBuckets.of(negative).coarser(histogram.schema, schema).rounded(),
  };
}
