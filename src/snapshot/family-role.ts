import type { MetricMetadata, MetricType } from "#model";

/** What a metric name is within its family. */
export type FamilyRole = "total" | "plain" | "bucket" | "count" | "sum" | "info" | "created";

const roles: Readonly<Record<MetricType, Readonly<Record<string, FamilyRole>>>> = {
  counter: { _total: "total", _created: "created" },
  gauge: { "": "plain" },
  gaugehistogram: { _bucket: "bucket", _gcount: "count", _gsum: "sum" },
  histogram: { _bucket: "bucket", _count: "count", _sum: "sum", _created: "created" },
  info: { _info: "info" },
  stateset: { "": "plain" },
  summary: { "": "plain", _count: "count", _sum: "sum", _created: "created" },
  unknown: { "": "plain" },
};

/** The metric's place in the family that its metadata names; null where the name does not fit. */
export function familyRole(
  name: string,
  family: string,
  metadata: MetricMetadata,
): FamilyRole | null {
  if (!name.startsWith(family)) return null;
  return roles[metadata.type][name.slice(family.length)] ?? null;
}

/**
 * All names that a family of this type keeps others from using, used or not (OpenMetrics 1.0.0,
 * «MetricFamily»: names and suffixes must not clash).
 */
export function reservedNames(family: string, type: MetricType): readonly string[] {
  const names = Object.keys(roles[type]).map((suffix) => family + suffix);
  return names.includes(family) ? names : [family, ...names];
}
