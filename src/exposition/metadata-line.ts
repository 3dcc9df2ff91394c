import type { MetricType } from "#model";
import { BACKSLASH, metricNameEnd, NEWLINE, QUOTE, SPACE } from "./byte-class.ts";
import { decodeEscaped, decodeText } from "./escaped-text.ts";
import { Fault } from "./fault.ts";
import { skipBlanks } from "./series-text.ts";

/** One line that starts with `#`. `end` is the position after its newline. */
export type HashLine =
  | { readonly kind: "comment"; readonly end: number }
  | { readonly kind: "eof"; readonly end: number }
  | MetadataLine;

/** `# HELP`, `# TYPE` or `# UNIT` of a family, by the name that the exposition uses. */
export type MetadataLine = { readonly end: number; readonly name: string } & MetadataChange;

/** What such a line says. */
export type MetadataChange =
  | { readonly kind: "help"; readonly value: string }
  | { readonly kind: "type"; readonly value: MetricType }
  | { readonly kind: "unit"; readonly value: string };

const openMetricsTypes: ReadonlySet<string> = new Set<MetricType>([
  "counter",
  "gauge",
  "gaugehistogram",
  "histogram",
  "info",
  "stateset",
  "summary",
  "unknown",
]);
const textTypes: Readonly<Record<string, MetricType>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  summary: "summary",
  untyped: "unknown",
};

/** Reads a line of OpenMetrics that starts with `#`: metadata or the end, never a free comment. */
export function readOpenMetricsHashLine(bytes: Uint8Array, start: number): HashLine {
  if (bytes[start + 1] !== SPACE) throw new Fault(start, "OpenMetrics has no comments");
  const wordStart = start + 2;
  const wordEnd = metricNameEnd(bytes, wordStart);
  const word = decodeText(bytes, wordStart, wordEnd);
  if (word === "EOF" && bytes[wordEnd] === NEWLINE) return { kind: "eof", end: wordEnd + 1 };
  if ((word !== "HELP" && word !== "TYPE" && word !== "UNIT") || bytes[wordEnd] !== SPACE) {
    throw new Fault(wordStart, "expected HELP, TYPE, UNIT or EOF: OpenMetrics has no comments");
  }
  const nameStart = wordEnd + 1;
  const nameEnd = familyNameEnd(bytes, nameStart);
  if (bytes[nameEnd] !== SPACE) throw new Fault(nameEnd, `expected a text after the ${word} name`);
  const name = familyName(bytes, nameStart, nameEnd);
  const newline = bytes.indexOf(NEWLINE, nameEnd);
  const end = newline + 1;
  if (word === "HELP") {
    return { kind: "help", end, name, value: decodeEscaped(bytes, nameEnd + 1, newline, true) };
  }
  const text = decodeText(bytes, nameEnd + 1, newline);
  if (word === "TYPE") {
    if (!openMetricsTypes.has(text)) throw new Fault(nameEnd + 1, `unknown metric type ${text}`);
    return { kind: "type", end, name, value: text as MetricType };
  }
  if (text !== "" && !name.endsWith(`_${text}`)) {
    throw new Fault(nameEnd + 1, `the unit ${text} is not the suffix of the name ${name}`);
  }
  return { kind: "unit", end, name, value: text };
}

/** Reads a line of the Prometheus text format that starts with `#`. */
export function readTextHashLine(bytes: Uint8Array, start: number): HashLine {
  const wordStart = skipBlanks(bytes, start + 1);
  const wordEnd = metricNameEnd(bytes, wordStart);
  const word = wordStart > start + 1 ? decodeText(bytes, wordStart, wordEnd) : "";
  const nameStart = skipBlanks(bytes, wordEnd);
  if ((word !== "HELP" && word !== "TYPE") || nameStart === wordEnd) {
    return { kind: "comment", end: bytes.indexOf(NEWLINE, start) + 1 };
  }
  const nameEnd = familyNameEnd(bytes, nameStart);
  const name = familyName(bytes, nameStart, nameEnd);
  const newline = bytes.indexOf(NEWLINE, nameEnd);
  const end = newline + 1;
  const textStart = Math.min(nameEnd + 1, newline);
  if (word === "HELP") {
    return { kind: "help", end, name, value: decodeEscaped(bytes, textStart, newline, false) };
  }
  const text = decodeText(bytes, textStart, newline);
  const type = Object.hasOwn(textTypes, text) ? textTypes[text] : undefined;
  if (type === undefined) throw new Fault(textStart, `unknown metric type ${text}`);
  return { kind: "type", end, name, value: type };
}

function familyNameEnd(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) {
    const end = metricNameEnd(bytes, start);
    if (end === start) throw new Fault(start, "expected a metric name");
    return end;
  }
  for (let i = start + 1; bytes[i] !== NEWLINE && i < bytes.length; i++) {
    if (bytes[i] === QUOTE) return i + 1;
    if (bytes[i] === BACKSLASH && bytes[i + 1] !== NEWLINE) i += 1;
  }
  throw new Fault(start, "the quoted name is not closed");
}

function familyName(bytes: Uint8Array, start: number, end: number): string {
  return bytes[start] === QUOTE
    ? decodeEscaped(bytes, start + 1, end - 1, true)
    : decodeText(bytes, start, end);
}
