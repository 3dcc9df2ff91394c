import type { FloatHistogram } from "#model";

/** A sample on its way in; the value as its two words, that of a histogram is its sum. */
export interface HeadSample {
  timestampMs: number;
  low: number;
  high: number;
  histogram: FloatHistogram | undefined;
}
