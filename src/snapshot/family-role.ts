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
