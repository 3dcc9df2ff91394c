import type { MetricMetadata, MetricType } from "#model";
import { isLegacyMetricName } from "./escape-name.ts";
import { quoted } from "./line-prefix.ts";
import type { Metric } from "./metric.ts";

/** What the values of a family must satisfy before OpenMetrics lets it have its type. */
export type ValueRule = "none" | "counter" | "info" | "stateset" | GroupedType;

/** Types whose samples belong together in groups. */
export type GroupedType = "histogram" | "gaugehistogram" | "summary";

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
  const textType = type === "counter" ? "counter" : isGaugeInText(type) ? "gauge" : "untyped";
  return {
    name: metric.name,
    openMetricsHeader: header(metric.name, openMetricsType, metric.metadata, true),
    textHeader: header(metric.name, textType, metric.metadata, false),
    entries: metric.entries,
    twins: metric.twins,
    rule: "none",
    roles: null,
    metrics: [metric],
    splitInText: false,
  };
}

/** The type's name in Prometheus text, which lacks four of them (specs of metrics access E.4). */
export function textTypeOf(type: MetricType): string {
  if (isGaugeInText(type)) return "gauge";
  return type === "counter" || type === "histogram" || type === "summary" ? type : "untyped";
}

function isGaugeInText(type: MetricType): boolean {
  return type === "gauge" || type === "info" || type === "stateset";
}

const encoder = new TextEncoder();

/** HELP, TYPE and UNIT lines. UNIT only where the name ends with it, as OpenMetrics demands. */
export function header(
  name: string,
  type: string,
  metadata: Pick<MetricMetadata, "help" | "unit"> | null,
  isOpenMetrics: boolean,
): Uint8Array {
  const written = isLegacyMetricName(name) ? name : quoted(name);
  const { help = "", unit = "" } = metadata ?? {};
  let lines = "";
  if (help !== "") lines += `# HELP ${written} ${escapeHelp(help, isOpenMetrics)}\n`;
  lines += `# TYPE ${written} ${type}\n`;
  const hasUnit =
    unit !== "" && name.endsWith(`_${unit}`) && type !== "info" && type !== "stateset";
  if (isOpenMetrics && hasUnit) lines += `# UNIT ${written} ${unit}\n`;
  return encoder.encode(lines);
}

/** In OpenMetrics HELP is an escaped string and quotes are escaped too; in text they stand. */
function escapeHelp(help: string, isOpenMetrics: boolean): string {
  const escaped = help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return isOpenMetrics ? escaped.replaceAll('"', '\\"') : escaped;
}
