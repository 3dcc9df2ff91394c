import { histogramJson } from "../json/histogram-json.ts";
import type { SeriesPoints } from "../series-points.ts";
import { sampleValueText } from "../wire/sample-value.ts";

/** A float as Prometheus writes it, a histogram as the JSON that Prometheus' API has for it. */
export function pointText({ values, histograms }: SeriesPoints, index: number): string {
  const histogram = histograms?.[index];
  return histogram === undefined
    ? sampleValueText(values[index] as number)
    : histogramJson(histogram);
}
