import * as fc from "fast-check";
import { labelsOf, type MetricMetadata, type MetricType } from "#model";
import type { SampleToWrite } from "#exposition";

const help = fc.string({ unit: "grapheme", maxLength: 12 });
const labelText = fc.oneof(
  fc.constantFrom('"', "\\", "\n", "a", "", '\\"', "}", " # {", "ü€😀"),
  fc.string({ unit: "binary", maxLength: 8 }).filter((text) => text.isWellFormed()),
);
const value = fc.oneof(
  fc.double(),
  fc.integer().map((n) => n / 1000),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, 1),
);
const count = fc.nat({ max: 1_000_000 });
const labelSets = fc.uniqueArray(
  fc.dictionary(fc.constantFrom("a", "b", "instance"), labelText, { maxKeys: 3 }),
  { minLength: 1, maxLength: 3, selector: (labels) => JSON.stringify(withoutEmpty(labels)) },
);

function withoutEmpty(labels: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(labels)
    .filter(([, text]) => text !== "")
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

const types: readonly MetricType[] = [
  "counter",
  "gauge",
  "gaugehistogram",
  "histogram",
  "info",
  "stateset",
  "summary",
  "unknown",
];

/** One metric: what its samples add to the name and the labels, and their values. */
function metricSamples(
  type: MetricType,
  family: string,
  values: { any: number; counts: readonly number[] },
): [suffix: string, labels: Record<string, string>, value: number][] {
  const [low = 0, high = 0] = values.counts;
  const positive = Math.abs(values.any);
  const sum = Number.isNaN(positive) ? 0 : positive;
  switch (type) {
    case "counter":
      return [["_total", {}, sum]];
    case "gauge":
    case "unknown":
      return [["", {}, values.any]];
    case "info":
      return [["_info", { version: "1" }, 1]];
    case "stateset":
      return [["", { [family]: "on" }, 1]];
    case "summary":
      return [
        ["", { quantile: "0.5" }, sum],
        ["_count", {}, low],
        ["_sum", {}, sum],
      ];
    case "histogram":
      return [
        ["_bucket", { le: "0.25" }, low],
        ["_bucket", { le: "1e+06" }, low],
        ["_bucket", { le: "+Inf" }, low + high],
        ["_count", {}, low + high],
        ["_sum", {}, sum],
      ];
    case "gaugehistogram":
      return [
        ["_bucket", { le: "-1.0" }, low],
        ["_bucket", { le: "+Inf" }, low + high],
        ["_gcount", {}, low + high],
        ["_gsum", {}, sum],
      ];
  }
}

/** Data that fits its types: every family whole, every name its own. */
export const cleanData: fc.Arbitrary<SampleToWrite[]> = fc
  .uniqueArray(
    fc.record({
      stem: fc.stringMatching(/^m[a-z0-9]{0,6}$/),
      type: fc.constantFrom(...types),
      help,
      hasUnit: fc.boolean(),
      labelSets,
      any: value,
      counts: fc.tuple(count, count),
      timestampMs: fc.option(fc.integer({ min: 0, max: 2_000_000_000_000 })),
    }),
    { selector: ({ stem }) => stem, maxLength: 6 },
  )
  .map((families) =>
    families.flatMap(({ stem, type, hasUnit, labelSets: sets, timestampMs, ...rest }) => {
      const unit = hasUnit && type !== "info" && type !== "stateset" ? "seconds" : "";
      const family = unit === "" ? stem : `${stem}_${unit}`;
      const metadata: MetricMetadata = { family, type, help: rest.help, unit };
      return sets.flatMap((set) =>
        metricSamples(type, family, rest).map(([suffix, inner, sampleValue]) => ({
          labels: labelsOf(Object.entries({ ...set, ...inner, __name__: family + suffix })),
          metadata,
          value: sampleValue,
          timestampMs,
        })),
      );
    }),
  );

const messyName = fc
  .tuple(
    fc.constantFrom("a", "b", "a_count", "b.c", "b_c", "ü"),
    fc.constantFrom("", "_total", "_created", "_bucket", "_count", "_sum", "_gcount", "_info"),
  )
  .map(([stem, suffix]) => stem + suffix);

/** Data as a store may hold it: types that do not fit, families that clash or lack samples. */
export const messyData: fc.Arbitrary<SampleToWrite[]> = fc.array(
  fc
    .record({
      name: messyName,
      labels: fc.dictionary(
        fc.constantFrom("le", "quantile", "a", "a.b", "a_b", "ü"),
        fc.constantFrom("", "0.5", "1", "1.0", "-1", "+Inf", "Inf", "x", "0x1"),
      ),
      metadata: fc.option(
        fc.record({
          family: fc.constantFrom("a", "b", "b_c", "b.c", "ü"),
          type: fc.constantFrom(...types),
          help,
          unit: fc.constantFrom("", "c", "x"),
        }),
      ),
    })
    .map(({ name, labels, metadata }) => ({
      labels: labelsOf(Object.entries({ ...labels, __name__: name })),
      metadata,
      value: 1,
    })),
  { maxLength: 12 },
);
