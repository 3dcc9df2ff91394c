/**
 * How names outside the legacy character set are written (Prometheus' `escaping` parameter of
 * content types). Names inside it are never touched, as in Prometheus' own writer.
 */
export type EscapingScheme =
  /** As they are, in quotes. */
  | "allow-utf-8"
  /** Every character that may not stand there becomes `_`; what a client gets that asks for nothing. */
  | "underscores"
  /** `.` becomes `_dot_`, `_` becomes `__`, the rest `__`. */
  | "dots"
  /** `U__` and the code points in hexadecimal: reversible. */
  | "values";

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function isLegacyMetricName(name: string): boolean {
  return legacyMetricName.test(name);
}

export function isLegacyLabelName(name: string): boolean {
  return legacyLabelName.test(name);
}

/** The metric name as the scheme writes it, without quotes. */
export function escapeMetricName(name: string, scheme: EscapingScheme): string {
  return isLegacyMetricName(name) ? name : escapeName(name, scheme, /[a-zA-Z0-9_:]/);
}

/** The same for a label name, where a colon is not allowed. */
export function escapeLabelName(name: string, scheme: EscapingScheme): string {
  return isLegacyLabelName(name) ? name : escapeName(name, scheme, /[a-zA-Z0-9_]/);
}

function escapeName(name: string, scheme: EscapingScheme, allowed: RegExp): string {
  if (scheme === "allow-utf-8") return name;
  let escaped = scheme === "values" ? "U__" : "";
  let isFirst = true;
  for (const char of name) {
    const isAllowed = allowed.test(char) && !(isFirst && /[0-9]/.test(char));
    escaped += escapeChar(char, isAllowed, scheme);
    isFirst = false;
  }
  return escaped;
}

function escapeChar(
  char: string,
  isAllowed: boolean,
  scheme: Exclude<EscapingScheme, "allow-utf-8">,
): string {
  switch (scheme) {
    case "underscores":
      return isAllowed ? char : "_";
    case "dots":
      if (char === "_") return "__";
      if (char === ".") return "_dot_";
      return isAllowed ? char : "__";
    case "values":
      if (char === "_") return "__";
      if (isAllowed) return char;
      return char.isWellFormed() ? `_${char.codePointAt(0)?.toString(16)}_` : "_FFFD_";
  }
}
