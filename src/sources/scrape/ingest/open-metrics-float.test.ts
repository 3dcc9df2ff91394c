import { expect, test } from "vitest";
import { labelsOfRecord, labelValue } from "#model";
import { canonicalLabels } from "./open-metrics-float.ts";

// Expected values: Go's strconv.FormatFloat(f, 'g', -1, 64), then ".0" without a point or exponent.
test.for([
  ["1", "1.0"],
  ["0.005", "0.005"],
  ["5e-1", "0.5"],
  ["100000", "100000.0"],
  ["1000000", "1e+06"],
  ["1234567.5", "1.2345675e+06"],
  ["0.0001", "0.0001"],
  ["0.00001", "1e-05"],
  ["1e21", "1e+21"],
  ["-0", "0.0"],
  ["-2.50", "-2.5"],
  ["+inf", "+Inf"],
  ["-Infinity", "-Inf"],
  ["nan", "NaN"],
  ["1e999", "1e999"],
  ["abc", "abc"],
] as const)("le %s becomes %s", ([given, becomes]) => {
  const labels = labelsOfRecord({ __name__: "x_bucket", le: given });
  expect(labelValue(canonicalLabels(labels, "histogram"), "le")).toBe(becomes);
  expect(canonicalLabels(labels, "counter")).toBe(labels);
});

test("quantile of a summary, and never a label whose value is called le", () => {
  const summary = labelsOfRecord({ __name__: "x", quantile: "1" });
  expect(labelValue(canonicalLabels(summary, "summary"), "quantile")).toBe("1.0");
  const histogram = labelsOfRecord({ __name__: "le", a: "le", b: "1" });
  expect(canonicalLabels(histogram, "histogram")).toBe(histogram);
});
