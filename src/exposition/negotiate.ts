import { type MediaRange, parseAccept } from "#lib/accept-header";
import type { EscapingScheme } from "./escaping.ts";
import type { ExpositionStyle } from "./family-plan.ts";
import { contentTypes, type ExpositionFormat } from "./format.ts";

/** What a request gets: see `docs/formats/exposition.md`, «Negotiation». */
export interface NegotiatedExposition extends ExpositionStyle {
  /** With the escaping parameter where the request named one. */
  readonly contentType: string;
}

/**
 * Chooses format and escaping by the request's `Accept`. OpenMetrics wins where its weight is at
 * least that of text; wildcards for everything or `application/*` mean OpenMetrics; no header, and
 * nothing acceptable, mean text 0.0.4: an answer in an unasked format beats none for a scraper.
 */
export function negotiateExposition(accept: string | undefined): NegotiatedExposition {
  const ranges = parseAccept(accept ?? "");
  const openMetrics = best(ranges, openMetricsFormat);
  const text = best(ranges, textFormat);
  const chosen =
    openMetrics !== null && openMetrics.weight >= (text?.weight ?? 0) ? openMetrics : text;
  if (chosen !== null) return answer(chosen.format, chosen.range);
  const wildcard = ranges.filter(({ weight, type }) => weight > 0 && type.endsWith("/*"));
  const everything = weightOf(wildcard, "*/*");
  const application = Math.max(weightOf(wildcard, "application/*"), everything);
  const anyText = Math.max(weightOf(wildcard, "text/*"), everything);
  const isRefused = (type: string) =>
    ranges.some((range) => range.type === type && range.weight === 0);
  const takesOpenMetrics = application > 0 && !isRefused("application/openmetrics-text");
  if (takesOpenMetrics && application >= anyText) return answer("openmetrics-1.0.0", null);
  return answer("text-0.0.4", null);
}

interface Choice {
  readonly format: ExpositionFormat;
  readonly range: MediaRange;
  readonly weight: number;
}

function best(
  ranges: readonly MediaRange[],
  formatOf: (range: MediaRange) => ExpositionFormat | null,
): Choice | null {
  let choice: Choice | null = null;
  for (const range of ranges) {
    const format = formatOf(range);
    if (format === null || range.weight === 0) continue;
    const isBetter = choice === null || preference[format] > preference[choice.format];
    if (isBetter) choice = { format, range, weight: range.weight };
  }
  if (choice === null) return null;
  const { format, range } = choice;
  const weights = ranges.filter((other) => formatOf(other) !== null).map((other) => other.weight);
  return { format, range, weight: Math.max(...weights) };
}

/** Of several versions of one type the highest that both know is written, whatever its weight. */
const preference: Readonly<Record<ExpositionFormat, number>> = {
  "openmetrics-0.0.1": 0,
  "openmetrics-1.0.0": 1,
  "text-0.0.4": 1,
  "text-1.0.0": 0,
};

function openMetricsFormat({ type, parameters }: MediaRange): ExpositionFormat | null {
  if (type !== "application/openmetrics-text") return null;
  switch (parameters.get("version")) {
    case undefined:
    case "1.0.0":
      return "openmetrics-1.0.0";
    case "0.0.1":
      return "openmetrics-0.0.1";
    default:
      return null;
  }
}

function textFormat({ type, parameters }: MediaRange): ExpositionFormat | null {
  if (type !== "text/plain") return null;
  switch (parameters.get("version")) {
    case undefined:
    case "0.0.4":
      return "text-0.0.4";
    case "1.0.0":
      return "text-1.0.0";
    default:
      return null;
  }
}

function answer(format: ExpositionFormat, range: MediaRange | null): NegotiatedExposition {
  const asked = range?.parameters.get("escaping");
  const isKnown = isEscaping(asked);
  const escaping = isKnown ? asked : "underscores";
  const suffix = isKnown ? `; escaping=${asked}` : "";
  return { format, escaping, contentType: contentTypes[format] + suffix };
}

const escapings: ReadonlySet<string> = new Set<EscapingScheme>([
  "allow-utf-8",
  "underscores",
  "dots",
  "values",
]);

function isEscaping(value: string | undefined): value is EscapingScheme {
  return value !== undefined && escapings.has(value);
}

function weightOf(ranges: readonly MediaRange[], type: string): number {
  return Math.max(0, ...ranges.filter((range) => range.type === type).map(({ weight }) => weight));
}
