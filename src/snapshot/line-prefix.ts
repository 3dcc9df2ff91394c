import {
  canonicalBound,
  escapeLabelName,
  escapeMetricName,
  type EscapingScheme,
  isLegacyLabelName,
  isLegacyMetricName,
  quoteText,
} from "#exposition";
import { type Labels, labelPairs, labelValue, METRIC_NAME } from "#model";

/** What the name of a series and the start of its line come to. */
export interface LinePrefix {
  readonly metricName: string;
  /** `name{a="b"} `, the space included. */
  readonly text: string;
}

/**
 * The start of a series' line. Unlike the writer of whole documents it knows nothing of the other
 * series, so that one prefix serves all entitlements and both formats.
 *
 * Whatever a label's value holds, it stays inside its quotes: quotes, backslashes and line feeds
 * are escaped, and no other byte ends a string in either format (attack G58 of the isolation
 * checklist). A carriage return or NUL goes out as it is.
 */
export function linePrefix(
  labels: Labels,
  escaping: EscapingScheme,
  isSummary: boolean,
): LinePrefix {
  const name = labelValue(labels, METRIC_NAME);
  const metricName = escapeMetricName(name, escaping);
  const boundLabel = name.endsWith("_bucket") ? "le" : isSummary ? "quantile" : "";
  const isBare = isLegacyMetricName(metricName);
  const parts = isBare ? [] : [quoteText(metricName)];
  let taken: Set<string> | null = null;
  for (const [label, value] of labelPairs(labels)) {
    if (label === METRIC_NAME) continue;
    const text = label === boundLabel ? canonicalBound(value) : value;
    if (isLegacyLabelName(label)) parts.push(`${label}=${quoteText(text)}`);
    else {
      taken ??= legacyNames(labels);
      parts.push(`${escapedLabel(label, escaping, taken)}=${quoteText(text)}`);
    }
  }
  const bare = isBare ? metricName : "";
  return { metricName, text: parts.length === 0 ? `${bare} ` : `${bare}{${parts.join(",")}} ` };
}

/** Names that are written as they are, so that no other may become one of them. */
function legacyNames(labels: Labels): Set<string> {
  const names = new Set<string>();
  for (const [name] of labelPairs(labels)) if (isLegacyLabelName(name)) names.add(name);
  return names;
}

/** Escaping can make two labels of one series equal (`a.b`, `a:b`): the later one is reversible. */
function escapedLabel(label: string, escaping: EscapingScheme, taken: Set<string>): string {
  let name = escapeLabelName(label, escaping);
  if (taken.has(name)) name = escapeLabelName(label, "values");
  taken.add(name);
  return isLegacyLabelName(name) ? name : quoteText(name);
}
