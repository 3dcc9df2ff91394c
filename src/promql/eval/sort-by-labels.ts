import { compareLabels } from "#model";
import type { VectorSeries } from "./vector-series.ts";

/** Storages give series in order and most operators keep it, so first see whether there is anything to do. */
export function sortByLabels(series: readonly VectorSeries[]): readonly VectorSeries[] {
  const isSorted = series.every(({ labels }, i) => {
    const previous = series[i - 1];
    return previous === undefined || compareLabels(previous.labels, labels) <= 0;
  });
  return isSorted ? series : series.toSorted((a, b) => compareLabels(a.labels, b.labels));
}
