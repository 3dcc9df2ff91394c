import type { SnapshotEscaping } from "./snapshot-source.ts";

const LEGACY_METRIC = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LEGACY_LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric of this name can be written without quotes. */
export function isLegacyMetricName(name: string): boolean {
  return LEGACY_METRIC.test(name);
}

/** The same for a label: no colon. */
export function isLegacyLabelName(name: string): boolean {
  return LEGACY_LABEL.test(name);
}

/** A metric's name in the escaping that the client asked for, as Prometheus 3 escapes it. */
export function escapeMetricName(name: string, escaping: SnapshotEscaping): string {
  return escapeName(name, escaping, isLegacyMetricName(name), ":");
}

/** A label's name in the escaping that the client asked for. */
export function escapeLabelName(name: string, escaping: SnapshotEscaping): string {
  return escapeName(name, escaping, isLegacyLabelName(name), "");
}

function escapeName(
  name: string,
  escaping: SnapshotEscaping,
  isLegacy: boolean,
  colon: string,
): string {
  switch (escaping) {
    case "allow-utf-8":
      return name;
    case "underscores":
      return isLegacy ? name : mapped(name, colon, () => "_");
    case "dots":
      return mapped(name.replaceAll("_", "__"), colon, (char) => (char === "." ? "_dot_" : "__"));
    case "values":
      return isLegacy
        ? name
        : `U__${mapped(name.replaceAll("_", "__"), colon, (char) => `_${hexOf(char)}_`)}`;
  }
}

/** Each character outside the legacy set replaced; a digit may not come first. */
function mapped(name: string, colon: string, replace: (char: string) => string): string {
  let text = "";
  for (const char of name) {
    const allowed = /[a-zA-Z0-9_]/.test(char) || char === colon;
    text += allowed && !(text === "" && /[0-9]/.test(char)) ? char : replace(char);
  }
  return text;
}

function hexOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16);
}
