import type { ColumnSource } from "hyparquet-writer";
import { type Labels, labelPairs, labelsOf, labelValue, METRIC_NAME } from "#model";
import { histogramJson } from "../json/histogram-json.ts";
import { labelsJson } from "../json/labels-json.ts";
import type { SeriesPoints } from "../series-points.ts";

/** Rows that are held until they are encoded together. */
export const ROW_GROUP_ROWS: number = 65_536;

/** Rows on their way into a file, column by column. */
export class RowGroup {
  readonly #metrics: string[] = [];
  readonly #labels: string[] = [];
  readonly #timestampsMs: bigint[] = [];
  readonly #values: (number | string | null)[] = [];
  readonly #histograms: (string | null)[] = [];

  get isFull(): boolean {
    return this.#metrics.length >= ROW_GROUP_ROWS;
  }

  get isEmpty(): boolean {
    return this.#metrics.length === 0;
  }

  /** A row that belongs to no series. */
  addValue(timeMs: number, value: number | string): void {
    this.#add("", "{}", timeMs);
    this.#values.push(value);
    this.#histograms.push(null);
  }

  /** As many of the series' points from `from` on as fit; returns the first that does not. */
  addPoints(series: SeriesPoints, from: number): number {
    const { timestampsMs, values, histograms, length } = series;
    const metric = labelValue(series.labels, METRIC_NAME);
    const labels = labelsJson(labelsWithoutName(series.labels));
    const to = Math.min(length, from + ROW_GROUP_ROWS - this.#metrics.length);
    for (let i = from; i < to; i++) {
      const histogram = histograms?.[i];
      this.#add(metric, labels, timestampsMs[i] as number);
      this.#values.push(histogram === undefined ? (values[i] as number) : null);
      this.#histograms.push(histogram === undefined ? null : histogramJson(histogram));
    }
    return to;
  }

  columns(valueEncoding: "PLAIN" | "BYTE_STREAM_SPLIT"): ColumnSource[] {
    return [
      { name: "metric", data: this.#metrics, encoding: "RLE_DICTIONARY" },
      { name: "labels", data: this.#labels, encoding: "RLE_DICTIONARY" },
      { name: "timestamp", data: this.#timestampsMs, encoding: "DELTA_BINARY_PACKED" },
      { name: "value", data: this.#values, encoding: valueEncoding },
      { name: "histogram", data: this.#histograms },
    ];
  }

  #add(metric: string, labels: string, timeMs: number): void {
    this.#metrics.push(metric);
    this.#labels.push(labels);
    this.#timestampsMs.push(BigInt(timeMs));
  }
}

function labelsWithoutName(labels: Labels): Labels {
  return labelsOf(Iterator.from(labelPairs(labels)).filter(([name]) => name !== METRIC_NAME));
}
