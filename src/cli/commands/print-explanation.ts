import type { EntitlementChange, EntitlementExplanation, MetricCount } from "#access";
import type { Output } from "../terminal/terminal.ts";
import { printTable } from "../terminal/table.ts";

/** Metrics that are listed before the rest is only counted. */
const METRICS_SHOWN_MAX = 50;

/** What an entitlement does to the series that are there, for people. */
export function printExplanation(out: Output, explanation: EntitlementExplanation): void {
  const { metrics, seriesCount } = explanation;
  out.line(`${seriesCount} series of ${metrics.length} metrics.`);
  for (const { selector, series } of explanation.selectors)
    out.line(`  ${selector}: ${series} series`);
  printMetrics(out, metrics);
  for (const { label, series } of explanation.dropped) {
    out.line(`dropped: label ${label} of ${series} series`);
  }
  for (const { from, to, series, replacing } of explanation.renamed) {
    const replaced = replacing === 0 ? "" : `, replacing a label of that name in ${replacing}`;
    out.line(`renamed: label ${from} to ${to} in ${series} series${replaced}`);
  }
  for (const { seen, first, second } of explanation.collisions) {
    out.line(`collision: ${first} and ${second} would both be ${seen}`);
  }
  const more = explanation.collisionCount - explanation.collisions.length;
  if (more > 0) out.line(`collision: ${more} more`);
  for (const warning of explanation.warnings)
    out.line(`${out.style("yellow", "warning:")} ${warning}`);
  if (explanation.change !== null) printChange(out, explanation.change);
}

function printMetrics(out: Output, metrics: readonly MetricCount[]): void {
  if (metrics.length === 0) return;
  printTable(
    out,
    [
      { title: "METRIC", value: (metric) => metric.name },
      { title: "TYPE", value: (metric) => metric.type ?? "" },
      { title: "SERIES", value: (metric) => metric.series, align: "right" },
    ],
    metrics.slice(0, METRICS_SHOWN_MAX),
  );
  if (metrics.length > METRICS_SHOWN_MAX) {
    out.line(`… and ${metrics.length - METRICS_SHOWN_MAX} metrics more; --json lists all.`);
  }
}

function printChange(out: Output, change: EntitlementChange): void {
  const { seriesGained, seriesLost, seriesRelabelled } = change;
  out.line(
    `against the present rule: ${seriesGained} series gained, ${seriesLost} lost, ${seriesRelabelled} with other labels`,
  );
  for (const metric of change.metricsGained) {
    out.line(out.style("green", `  + ${metric.name} (${metric.series} series)`));
  }
  for (const metric of change.metricsLost) {
    out.line(out.style("red", `  - ${metric.name} (${metric.series} series)`));
  }
}
