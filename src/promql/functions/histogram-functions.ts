import type { FloatHistogram } from "#model";
import { histogramVariance } from "../histogram/index.ts";

/** Functions that read one number from each native histogram; floats give nothing. */
export const HISTOGRAM_FUNCTIONS: ReadonlyMap<string, (histogram: FloatHistogram) => number> =
  new Map([
    ["histogram_avg", ({ sum, count }: FloatHistogram) => sum / count],
    ["histogram_count", ({ count }: FloatHistogram) => count],
    ["histogram_stddev", (histogram: FloatHistogram) => Math.sqrt(histogramVariance(histogram))],
    ["histogram_stdvar", histogramVariance],
    ["histogram_sum", ({ sum }: FloatHistogram) => sum],
  ]);
