import { type Labels, labelPairs, labelValue, METRIC_NAME } from "#model";
import { canonicalNumber } from "./canonical-number.ts";
import {
  escapeLabelName,
  escapeMetricName,
  isLegacyLabelName,
  isLegacyMetricName,
} from "./escape-name.ts";
import type { SnapshotEscaping } from "./snapshot-source.ts";

/** What the name of a series and the start of its line come to. */
export interface LinePrefix {
  readonly metricName: string;
  /** `name{a="b"} `, the space included. */
  readonly text: string;
}

/**
 * The start of a series' line. Whatever a label's value holds, it stays inside its quotes: quotes,
 * backslashes and line feeds are escaped, and no other byte ends a string in either format
 * (attack G58 of the isolation checklist). A carriage return or NUL goes out as it is.
 */
export function linePrefix(
  labels: Labels,
  escaping: SnapshotEscaping,
  isSummary: boolean,
): LinePrefix {
  const name = labelValue(labels, METRIC_NAME);
  const metricName = escapeMetricName(name, escaping);
  const bound = name.endsWith("_bucket") ? "le" : isSummary ? "quantile" : "";
  const parts = isLegacyMetricName(metricName) ? [] : [quoted(metricName)];
  const taken = new Set<string>();
  for (const [label, value] of labelPairs(labels)) {
    if (label === METRIC_NAME) continue;
    const key = labelName(label, escaping, taken);
    const written = label === bound ? canonicalNumber(value) : value;
    parts.push(`${isLegacyLabelName(key) ? key : quoted(key)}=${quoted(written)}`);
  }
  const bare = isLegacyMetricName(metricName) ? metricName : "";
  const text = parts.length === 0 ? `${bare} ` : `${bare}{${parts.join(",")}} `;
  return { metricName, text };
}

/** Escaping can make two labels of one series equal (`a.b`, `a_b`); the later one gives way. */
function labelName(label: string, escaping: SnapshotEscaping, taken: Set<string>): string {
  let name = escapeLabelName(label, escaping);
  while (taken.has(name)) name += "_";
  taken.add(name);
  return name;
}

/** A quoted string of either format. */
export function quoted(value: string): string {
  return `"${NEEDS_ESCAPE.test(value) ? value.replaceAll(/["\\\n]/g, escapeOf) : value}"`;
}

const NEEDS_ESCAPE = /["\\\n]/;

function escapeOf(char: string): string {
  return char === "\n" ? "\\n" : `\\${char}`;
}
