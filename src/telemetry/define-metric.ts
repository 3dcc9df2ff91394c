import { assert } from "#lib/assert";
import { telemetryLimits } from "./limits.ts";
import type { MetricDefinition, MetricRow } from "./metric-definition.ts";

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;
/** Suffixes that the exposition adds itself (OpenMetrics 1.0.0, «Metric Types»). */
const RESERVED_SUFFIX = /_(total|bucket|count|sum|created|info)$/;

/** Fills in what a row leaves out and holds it to the naming rules of OpenMetrics and Prometheus. */
export function defineMetric(row: MetricRow): MetricDefinition {
  const definition = {
    unit: "",
    labels: [],
    openLabels: [],
    bounds: [],
    seriesMax: telemetryLimits.seriesPerFamilyMax,
    ...row,
  };
  const { name, unit, labels, openLabels, bounds, type } = definition;
  assert(NAME.test(name), `metric name ${name} is not snake case`);
  assert(!RESERVED_SUFFIX.test(name), `metric name ${name} ends with a reserved suffix`);
  assert(unit === "" || name.endsWith(`_${unit}`), `metric ${name} lacks its unit ${unit}`);
  assert(row.help.endsWith("."), `the help of ${name} is not a sentence`);
  for (const label of labels)
    assert(NAME.test(label), `label ${label} of ${name} is not snake case`);
  for (const label of openLabels) assert(labels.includes(label), `${name} has no label ${label}`);
  assert((type === "histogram") === bounds.length > 0, `${name}: bounds are for histograms`);
  for (let i = 1; i < bounds.length; i++) {
    assert((bounds[i] ?? 0) > (bounds[i - 1] ?? 0), `the bounds of ${name} do not rise`);
  }
  return definition;
}
