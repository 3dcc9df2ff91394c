import { compareLabels, formatLabels, type FloatHistogram, labelsKey } from "#model";
import { almostEqual } from "./almost-equal.ts";
import { almostEqualHistogram } from "./almost-equal-histogram.ts";
import { describeItem, describeValue } from "./describe-value.ts";
import type { EvaluationCommand, Expectations, ScriptItem } from "./script.ts";
import type { AnswerSample, AnswerSeries, AnswerValue } from "./script-engine.ts";

/** Why the answer is not the expected one; null where it is. */
export function compareAnswer(command: EvaluationCommand, value: AnswerValue): string | null {
  const { expected } = command;
  switch (value.type) {
    case "string":
      if (expected.text === value.value) return null;
      return `expected ${describeExpectation(expected)} but got the string ${JSON.stringify(value.value)}`;
    case "scalar":
      if (expected.scalar !== null && almostEqual(expected.scalar, value.value)) return null;
      return `expected ${describeExpectation(expected)} but got the scalar ${describeValue(value.value)}`;
    case "vector":
      if (expected.scalar !== null || expected.text !== null) {
        return `expected ${describeExpectation(expected)} but got a vector`;
      }
      return compareVector(expected, value.samples);
    case "matrix":
      if (expected.isOrdered) return "expected an ordered result, but got a matrix";
      if (expected.scalar !== null || expected.text !== null) {
        return `expected ${describeExpectation(expected)} but got a matrix`;
      }
      return unsorted(value.series) ?? compareMatrix(command, value.series);
  }
}

function describeExpectation({ scalar, text }: Expectations): string {
  if (text !== null) return `the string ${JSON.stringify(text)}`;
  return scalar === null ? "series" : `the scalar ${describeValue(scalar)}`;
}

function compareVector(expected: Expectations, samples: readonly AnswerSample[]): string | null {
  const places = new Map(expected.series.map(({ labels }, index) => [labelsKey(labels), index]));
  const seen = new Set<string>();
  for (const [index, { labels, value }] of samples.entries()) {
    const key = labelsKey(labels);
    const shown = `${formatLabels(labels)} ${describeValue(value)}`;
    const place = places.get(key);
    if (place === undefined) return `unexpected ${shown}`;
    if (seen.has(key)) return `${formatLabels(labels)} stands twice in the result`;
    seen.add(key);
    if (expected.isOrdered && place !== index) {
      return `expected ${formatLabels(labels)} at position ${place + 1}, but it was at ${index + 1}`;
    }
    const item = expected.series[place]?.items[0] ?? { kind: "missing" };
    if (!equalsItem(item, value)) return `expected ${describeItem(item)} but got ${shown}`;
  }
  return firstMissing(expected, seen);
}

function firstMissing(expected: Expectations, seen: ReadonlySet<string>): string | null {
  const missing = expected.series.find(({ labels }) => !seen.has(labelsKey(labels)));
  return missing === undefined
    ? null
    : `expected ${formatLabels(missing.labels)}, which is missing`;
}

function compareMatrix(command: EvaluationCommand, series: readonly AnswerSeries[]): string | null {
  const { expected } = command;
  const byKey = new Map(expected.series.map((one) => [labelsKey(one.labels), one.items]));
  const seen = new Set<string>();
  for (const { labels, points } of series) {
    const key = labelsKey(labels);
    const items = byKey.get(key);
    const name = formatLabels(labels);
    if (items === undefined) return `unexpected ${name} ${describePoints(points)}`;
    if (seen.has(key)) return `${name} stands twice in the result`;
    seen.add(key);
    const fault = comparePoints(command, items, points);
    if (fault !== null) return `${name}: ${fault}; the result has ${describePoints(points)}`;
  }
  return firstMissing(expected, seen);
}

/** Each item that is a point must be one at its time, and there must be no others. */
function comparePoints(
  command: EvaluationCommand,
  items: readonly ScriptItem[],
  points: AnswerSeries["points"],
): string | null {
  const { startMs, stepMs, endMs } = command.range ?? { startMs: 0, stepMs: 1, endMs: 0 };
  if (startMs + (items.length - 1) * stepMs > endMs) {
    return `${items.length} points are expected, more than the range has`;
  }
  const valueAt = new Map(points.map(({ timeMs, value }) => [timeMs, value]));
  let expectedCount = 0;
  for (const [index, item] of items.entries()) {
    if (item.kind === "missing") continue;
    expectedCount += 1;
    const timeMs = startMs + index * stepMs;
    const value = valueAt.get(timeMs);
    if (value === undefined) return `expected ${describeItem(item)} at ${timeMs} ms, got nothing`;
    if (!equalsItem(item, value)) {
      return `expected ${describeItem(item)} at ${timeMs} ms, got ${describeValue(value)}`;
    }
  }
  if (expectedCount !== points.length) {
    return `expected ${expectedCount} points, got ${points.length}`;
  }
  return null;
}

function describePoints(points: AnswerSeries["points"]): string {
  return points.map(({ timeMs, value }) => `${describeValue(value)} @[${timeMs}]`).join(" ");
}

function equalsItem(item: ScriptItem, value: number | FloatHistogram): boolean {
  if (item.kind === "float") return typeof value === "number" && almostEqual(item.value, value);
  return (
    item.kind === "histogram" &&
    typeof value !== "number" &&
    almostEqualHistogram(item.histogram, value, item.statesHint)
  );
}

/** The series of a matrix are sorted by their labels. */
export function unsorted(series: readonly AnswerSeries[]): string | null {
  for (const [index, { labels }] of series.entries()) {
    const next = series[index + 1];
    if (next !== undefined && compareLabels(labels, next.labels) > 0) {
      return `the matrix is not sorted: ${formatLabels(next.labels)} comes after ${formatLabels(labels)}`;
    }
  }
  return null;
}
