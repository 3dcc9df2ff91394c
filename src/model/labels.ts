import { assert } from "#lib/assert";
import { compareUtf8 } from "./utf8-order.ts";

declare const sorted: unique symbol;

/**
 * The label set of one series: name, value, name, value, …, sorted by name in UTF-8 byte order,
 * names unique, no empty value (an empty value is the absence of the label, as in Prometheus).
 * The metric's name is the value of `__name__`. Flat, because a pair of objects per label costs
 * several times the strings themselves.
 */
export type Labels = readonly string[] & { readonly [sorted]: true };

/** The label that carries the metric's name. */
export const METRIC_NAME = "__name__";

/** No labels at all. */
export const EMPTY_LABELS: Labels = [] as readonly string[] as Labels;

/** Sorts, drops empty values. A name that comes twice is a bug of the caller. */
export function labelsOf(pairs: Iterable<readonly [name: string, value: string]>): Labels {
  const kept = Array.from(pairs).filter(([, value]) => value !== "");
  kept.sort((a, b) => compareUtf8(a[0], b[0]));
  const flat: string[] = [];
  for (const [name, value] of kept) {
    assert(flat.at(-2) !== name, `label ${name} given twice`);
    flat.push(name, value);
  }
  return flat as readonly string[] as Labels;
}

/** The same from a plain object, for tests and configuration. */
export function labelsOfRecord(record: Readonly<Record<string, string>>): Labels {
  return labelsOf(Object.entries(record));
}

/** The label's value, or "" where the series lacks it. */
export function labelValue(labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === name) return labels[i + 1] ?? "";
  }
  return "";
}

/** Each label in order. */
export function* labelPairs(labels: Labels): Generator<readonly [name: string, value: string]> {
  for (let i = 0; i < labels.length; i += 2) yield [labels[i] ?? "", labels[i + 1] ?? ""];
}

/** Prometheus' order: pair by pair, names before values, then the shorter set first. */
export function compareLabels(a: Labels, b: Labels): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareUtf8(a[i] ?? "", b[i] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A key that is equal for equal label sets and for no others. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(labels);
}

/** `name{a="b"}` as people write it, for messages. */
export function formatLabels(labels: Labels): string {
  const parts: string[] = [];
  let metricName = "";
  for (const [name, value] of labelPairs(labels)) {
    if (name === METRIC_NAME) metricName = value;
    else parts.push(`${name}=${JSON.stringify(value)}`);
  }
  return parts.length === 0 && metricName !== ""
    ? metricName
    : `${metricName}{${parts.join(", ")}}`;
}
