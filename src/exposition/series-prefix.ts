import { type Exemplar, type Labels, labelPairs, METRIC_NAME } from "#model";
import {
  escapeLabelName,
  type EscapingScheme,
  isLegacyLabelName,
  isLegacyMetricName,
} from "./escaping.ts";
import { EXEMPLAR_CHARS_MAX, exemplarChars } from "./exemplar-size.ts";
import { quoteText } from "./family-header.ts";
import type { ExpositionStyle, FamilyPlace } from "./family-plan.ts";
import { canonicalBound } from "./bound.ts";
import { canonicalFloat } from "./float-writer.ts";

const utf8 = new TextEncoder();

/**
 * Everything of a sample's line before its value, the space included: `name{a="b"} `. Bounds are
 * written canonically, so that a series keeps its identity whichever version reads it.
 */
export function formatSeriesPrefix(
  labels: Labels,
  place: FamilyPlace,
  style: ExpositionStyle,
): Uint8Array {
  const parts: string[] = [];
  const isQuoted = !isLegacyMetricName(place.sampleName);
  if (isQuoted) parts.push(quoteText(place.sampleName));
  const written = plainNames(labels);
  for (const [name, value] of labelPairs(labels)) {
    if (name === METRIC_NAME) continue;
    const text = name === place.boundLabel ? canonicalBound(value) : value;
    parts.push(`${writtenLabelName(name, style.escaping, written)}=${quoteText(text)}`);
  }
  const name = isQuoted ? "" : place.sampleName;
  return utf8.encode(parts.length === 0 ? `${name} ` : `${name}{${parts.join(",")}} `);
}

/** ` # {trace_id="a"} 0.5 1520879607.789`; "" for an exemplar that is longer than allowed. */
export function formatExemplar(exemplar: Exemplar, style: ExpositionStyle): string {
  const parts: string[] = [];
  const written = plainNames(exemplar.labels);
  if (exemplarChars(exemplar.labels) > EXEMPLAR_CHARS_MAX) return "";
  for (const [name, value] of labelPairs(exemplar.labels)) {
    parts.push(`${writtenLabelName(name, style.escaping, written)}=${quoteText(value)}`);
  }
  const time = exemplar.timestampMs === null ? "" : ` ${exemplar.timestampMs / 1000}`;
  return ` # {${parts.join(",")}} ${canonicalFloat(exemplar.value)}${time}`;
}

/** Two labels that escaping would make equal stay two: the later one is written reversibly. */
function writtenLabelName(name: string, escaping: EscapingScheme, written: Set<string>): string {
  if (isLegacyLabelName(name)) return name;
  let escaped = escapeLabelName(name, escaping);
  if (written.has(escaped)) escaped = escapeLabelName(name, "values");
  written.add(escaped);
  return isLegacyLabelName(escaped) ? escaped : quoteText(escaped);
}

/** Names that need no escaping: they are written as they are, so no other may become one of them. */
function plainNames(labels: Labels): Set<string> {
  const names = new Set<string>();
  for (const [name] of labelPairs(labels)) if (isLegacyLabelName(name)) names.add(name);
  return names;
}
