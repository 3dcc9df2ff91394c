import { expect, test } from "vitest";
import { EMPTY_HISTOGRAM } from "./histogram.ts";
import { SampleColumns } from "./sample-columns.ts";

function samplesOf(columns: SampleColumns): (number | "histogram")[] {
  return Array.from({ length: columns.length }, (_, i) =>
    columns.histograms?.[i] === undefined ? (columns.values[i] ?? Number.NaN) : "histogram",
  );
}

function add(columns: SampleColumns, sample: number | "histogram"): void {
  columns.reserve(1);
  columns.timestampsMs[columns.length] = columns.length;
  columns.values[columns.length] = sample === "histogram" ? 0 : sample;
  if (sample === "histogram") columns.setHistogram(columns.length, EMPTY_HISTOGRAM);
  columns.length += 1;
}

test("columns of floats have no column of histograms, and are without one when cleared", () => {
  const columns = new SampleColumns(1);
  add(columns, 1);
  add(columns, 2);
  expect(columns.histograms).toBeNull();
  add(columns, "histogram");
  expect(samplesOf(columns)).toEqual([1, 2, "histogram"]);
  columns.clear();
  expect(columns.histograms).toBeNull();
});

test("what is truncated does not come back as a histogram", () => {
  const columns = new SampleColumns();
  add(columns, "histogram");
  add(columns, "histogram");
  columns.truncate(1);
  add(columns, 7);
  expect(samplesOf(columns)).toEqual(["histogram", 7]);
});

test("histograms keep their places when samples are appended from other columns", () => {
  const source = new SampleColumns();
  for (const sample of [1, "histogram", 3, "histogram", 5] as const) add(source, sample);
  const target = new SampleColumns(2);
  add(target, 0);
  target.appendFrom(source, 1, 4);
  target.appendFrom(source, 4);
  expect(samplesOf(target)).toEqual([0, "histogram", 3, "histogram", 5]);
  expect(Array.from(target.timestampsMs.subarray(0, 5))).toEqual([0, 1, 2, 3, 4]);
});
