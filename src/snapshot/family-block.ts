import { formatFamilyHeader } from "#exposition";
import type { MetricMetadata, MetricType } from "#model";
import type { Metric } from "./metric.ts";

/** What the values of a family must satisfy before OpenMetrics lets it have its type. */
export type ValueRule = "none" | "counter" | "info" | GroupedType;

/** Types whose samples belong together in groups. */
export type GroupedType = "histogram" | "gaugehistogram" | "summary" | "stateset";

/** A run of lines under one header: one metric family in the order in which it is written. */
export interface FamilyBlock {
  /** The name in the OpenMetrics header; blocks are sorted by it. */
  readonly name: string;
  readonly openMetricsHeader: Uint8Array;
  readonly textHeader: Uint8Array;
  /** Series ref and prefix position, by turns. */
  readonly entries: Uint32Array;
  /** As in `Metric`. */
  readonly twins: Uint32Array | null;
  readonly rule: ValueRule;
  /** For grouped types, a byte a series: see grouped-order.ts. */
  readonly roles: Uint8Array | null;
  /** The metrics it is made of: written one by one where the type's rules are broken. */
  readonly metrics: readonly Metric[];
  /** Prometheus text has no such type: written as single metrics there. */
  readonly splitInText: boolean;
}

/** One metric as a family of its own. OpenMetrics' «unknown» asks nothing of names and values. */
export function singleBlock(metric: Metric, openMetricsType: "gauge" | "unknown"): FamilyBlock {
  const type = metric.metadata?.type ?? "unknown";
  const isSingleInText = type === "counter" || textTypeOf(type) === "gauge";
  return {
    name: metric.name,
    openMetricsHeader: openMetricsHeader(metric.name, openMetricsType, metric.metadata),
    textHeader: textHeader(metric.name, isSingleInText ? type : "unknown", metric.metadata),
    entries: metric.entries,
    twins: metric.twins,
    rule: "none",
    roles: null,
    metrics: [metric],
    splitInText: false,
  };
}

type Described = Pick<MetricMetadata, "help" | "unit"> | null;

/** TYPE, UNIT and HELP lines. UNIT only where the name ends with it, as OpenMetrics demands. */
export function openMetricsHeader(name: string, type: MetricType, metadata: Described): Uint8Array {
  const { help = "", unit = "" } = metadata ?? {};
  const hasUnit =
    unit !== "" && name.endsWith(`_${unit}`) && type !== "info" && type !== "stateset";
  return formatFamilyHeader({ name, type, help, unit: hasUnit ? unit : "" }, "openmetrics-1.0.0");
}

/** HELP and TYPE lines. */
export function textHeader(name: string, type: MetricType, metadata: Described): Uint8Array {
  const help = metadata?.help ?? "";
  return formatFamilyHeader({ name, type: textTypeOf(type), help, unit: "" }, "text-0.0.4");
}

/** The type's nearest in Prometheus text, which lacks three (specs of metrics access E.4). */
function textTypeOf(type: MetricType): MetricType {
  if (type === "info" || type === "stateset") return "gauge";
  return type === "gaugehistogram" ? "unknown" : type;
}
