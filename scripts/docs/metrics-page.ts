import type { MetricRow } from "#telemetry";
import type { SourceFile } from "./error-codes.ts";
import { code, GENERATED, markdownTable } from "./markdown.ts";

const INTRODUCTION = `# Metrics

${GENERATED}

What the process tells of itself at \`/metrics\` of the own-metrics listener (\`own_metrics.listen_address\`), as OpenMetrics 1.0.0 or Prometheus
text 0.0.4. Names are those of the samples; a histogram also has \`_count\` and \`_sum\`. A family has at most 1,000 series unless said
otherwise: past that, the values of labels in *italics*, which come from outside, become \`other\`, and
\`gaugeway_telemetry_series_overflows_total\` counts it. The samples that Gaugeway stores for tenants are not here.
`;

/** A \`metrics.ts\` of a part and what it exports. */
export interface MetricsModule {
  readonly file: SourceFile;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** docs/reference/metrics.md */
export function metricsPage(modules: readonly MetricsModule[]): string {
  return [INTRODUCTION, ...modules.map(moduleText)].join("\n");
}

function moduleText({ file, exports }: MetricsModule): string {
  const rows = Object.values(exports)
    .filter((table) => typeof table === "object" && table !== null)
    .flatMap((table) => Object.values(table))
    .filter(isMetricRow)
    .map((row) => [
      code(sampleName(row)),
      row.type,
      (row.labels ?? []).map((label) => labelText(row, label)).join(", "),
      row.help,
    ]);
  const part = file.path.replace(/^src\//, "").replace(/\/metrics\.ts$/, "");
  return `## ${part}\n\n${markdownTable(["metric", "type", "labels", "meaning"], rows)}\n`;
}

function isMetricRow(value: unknown): value is MetricRow {
  return typeof value === "object" && value !== null && "help" in value && "type" in value;
}

function labelText(row: MetricRow, label: string): string {
  return row.openLabels?.includes(label) === true ? `*${label}*` : label;
}

function sampleName(row: MetricRow): string {
  switch (row.type) {
    case "counter":
      return `${row.name}_total`;
    case "histogram":
      return `${row.name}_bucket`;
    case "info":
      return `${row.name}_info`;
    case "gauge":
      return row.name;
  }
}
