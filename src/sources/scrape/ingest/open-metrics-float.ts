/**
 * `le` of histograms and `quantile` of summaries as canonical OpenMetrics floats (`1` → `1.0`,
 * `0.5e1` → `5.0`), so that a bucket keeps its identity whichever format a target answers in.
 * Prometheus 3 does the same while it parses; text that is no float stays.
 */
import { canonicalBound } from "#exposition";
import { labelPairs, type Labels, labelsOf, type MetricType } from "#model";

/** The label that holds a float in series of this type, or null. */
function floatLabelOf(type: MetricType): string | null {
  if (type === "histogram") return "le";
  return type === "summary" ? "quantile" : null;
}

/** The labels with their float in canonical form. */
export function canonicalLabels(labels: Labels, type: MetricType): Labels {
  const name = floatLabelOf(type);
  if (name === null) return labels;
  const at = labels.indexOf(name);
  if (at < 0 || at % 2 !== 0) return labels;
  const value = canonicalBound(labels[at + 1] ?? "");
  if (value === labels[at + 1]) return labels;
  return labelsOf(Array.from(labelPairs(labels), ([n, v]) => [n, n === name ? value : v] as const));
}
