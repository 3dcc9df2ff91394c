import type { MetricType } from "#model";
import { isLegacyMetricName } from "./escaping.ts";
import type { FamilyHeader } from "./family-plan.ts";
import { type ExpositionFormat, isOpenMetrics } from "./format.ts";

const utf8 = new TextEncoder();

/** The metadata lines of a family, with their newlines: TYPE, then UNIT and HELP where there are any. */
export function formatFamilyHeader(header: FamilyHeader, format: ExpositionFormat): Uint8Array {
  const name = isLegacyMetricName(header.name) ? header.name : quoteText(header.name);
  if (!isOpenMetrics(format)) {
    const help = header.help === "" ? "" : `# HELP ${name} ${escapeHelp(header.help)}\n`;
    return utf8.encode(`${help}# TYPE ${name} ${textType(header.type)}\n`);
  }
  let text = `# TYPE ${name} ${header.type}\n`;
  if (header.unit !== "") text += `# UNIT ${name} ${header.unit}\n`;
  if (header.help !== "") text += `# HELP ${name} ${escapeQuoted(header.help)}\n`;
  return utf8.encode(text);
}

function textType(type: MetricType): string {
  return type === "unknown" ? "untyped" : type;
}

/** The text between quotes: `\`, `"` and newlines escaped. */
export function quoteText(text: string): string {
  return `"${escapeQuoted(text)}"`;
}

/** OpenMetrics escapes quotes in HELP too; Prometheus text does not. */
function escapeQuoted(text: string): string {
  return /[\\"\n]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
