import type { MetricType } from "#model";

/**
 * What a sample's name adds to the name of its family, by type (OpenMetrics 1.0.0, «Suffixes»),
 * in the order in which a writer puts the samples of one label set.
 */
export const familySuffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["_total", "_created"],
  gauge: [""],
  gaugehistogram: ["_bucket", "_gcount", "_gsum"],
  histogram: ["_bucket", "_count", "_sum", "_created"],
  info: ["_info"],
  stateset: [""],
  summary: ["", "_count", "_sum", "_created"],
  unknown: [""],
};

/** Every suffix that some type knows, the empty one first. */
export const everySuffix: readonly string[] = [
  ...new Set(["", ...Object.values(familySuffixes).flat()]),
];

/** The OpenMetrics name of a family that a Prometheus text calls `name`: counters lose `_total`. */
export function familyOfTextName(name: string, type: MetricType): string {
  const isCounter = type === "counter" && name.endsWith("_total") && name !== "_total";
  return isCounter ? name.slice(0, -"_total".length) : name;
}
