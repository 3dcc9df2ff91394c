/**
 * `le` of histograms and `quantile` of summaries as canonical OpenMetrics floats (`1` → `1.0`,
 * `0.5e1` → `5.0`), so that a bucket keeps its identity whichever format a target answers in.
 * Prometheus 3 does the same while it parses; text that is no float stays.
 */
import { labelPairs, type Labels, labelsOf, type MetricType } from "#model";

/** The label that holds a float in series of this type, or null. */
function floatLabelOf(type: MetricType): string | null {
  if (type === "histogram") return "le";
  return type === "summary" ? "quantile" : null;
}

const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** The labels with their float in canonical form. */
export function canonicalLabels(labels: Labels, type: MetricType): Labels {
  const name = floatLabelOf(type);
  if (name === null) return labels;
  const at = labels.indexOf(name);
  if (at < 0 || at % 2 !== 0) return labels;
  const value = canonicalFloat(labels[at + 1] ?? "");
  if (value === labels[at + 1]) return labels;
  return labelsOf(Array.from(labelPairs(labels), ([n, v]) => [n, n === name ? value : v] as const));
}

function canonicalFloat(text: string): string {
  const special = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (special !== null) return special[1] === "-" ? "-Inf" : "+Inf";
  if (/^nan$/i.test(text)) return "NaN";
  const value = FLOAT.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? formatFloat(value) : text;
}

/** Go's `%g` with the fewest digits that read back the same, and `.0` on what looks like an integer. */
function formatFloat(value: number): string {
  if (value === 0) return "0.0";
  const [digits = "", exponentText = ""] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) {
    // In this range JavaScript writes no exponent.
    const plain = String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
