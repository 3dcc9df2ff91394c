import * as fc from "fast-check";
import { labelsKey, labelsOf } from "#model";
import { FLOAT, type VectorSeries } from "#promql";

/** What CSV, JSON and people stumble over. */
const SPECIAL = Array.from(",;\"'\n\r\t\\= +-@<>&\u0001\u007f\u0085\u2028é🜚｡a");
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).filter((one) => one.isWellFormed()),
  fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 5 }),
  fc.constantFrom("node", "10.0.0.1:9100", "GET"),
);
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("job", "Instance", "name", "value", "_", "é", "｡", "🜚") },
  text.filter((one) => one !== "" && one !== "__name__"),
);

export const anyValue: fc.Arbitrary<number> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e-7, 1e21, 5e-324),
);

const series: fc.Arbitrary<VectorSeries> = fc
  .record({
    metric: fc.oneof(fc.constantFrom("up", ""), text),
    labels: fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 6 }),
    value: anyValue,
  })
  .map(({ metric, labels, value }) => ({
    labels: labelsOf([["__name__", metric], ...labels]),
    dropsName: false,
    kinds: Uint8Array.of(FLOAT),
    values: Float64Array.of(value),
    histograms: null,
    pointCount: 1,
  }));

/** Vectors with every kind of label and value, no two series alike. */
export const anyVector: fc.Arbitrary<VectorSeries[]> = fc.uniqueArray(series, {
  selector: ({ labels }) => labelsKey(labels),
  maxLength: 60,
});
