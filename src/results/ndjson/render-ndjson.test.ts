import { expect, test } from "vitest";
import { labelsOfRecord } from "#model";
import { FLOAT, type VectorSeries } from "#promql";
import type { Answer } from "../answer.ts";
import { renderJson } from "../json/render-json.ts";
import { renderNdjson } from "./render-ndjson.ts";

function textOf(chunks: Iterable<Uint8Array>): string {
  const utf8 = new TextDecoder();
  return Array.from(chunks, (chunk) => utf8.decode(chunk, { stream: true })).join("");
}

const series: VectorSeries[] = ["a\nb", "🜚"].map((job) => ({
  labels: labelsOfRecord({ job }),
  dropsName: false,
  kinds: Uint8Array.of(FLOAT, FLOAT),
  values: Float64Array.of(1, NaN),
  histograms: null,
  pointCount: 2,
}));

test.each<Answer>([
  { type: "vector", timeMs: 1500, series },
  { type: "matrix", grid: { startMs: 0, stepMs: 1000, count: 2 }, series },
  { type: "vector", timeMs: 0, series: [] },
])("each line is one element of what the API has as its result: $type", (value) => {
  const lines = textOf(renderNdjson(value)).split("\n");
  const body = JSON.parse(textOf(renderJson({ value, annotations: [] }, { query: "" }))) as {
    data: { result: unknown[] };
  };
  expect(lines.pop()).toBe("");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(body.data.result);
});

test.each<[Answer, string]>([
  [{ type: "scalar", timeMs: 250, value: -0 }, '{"metric":{},"value":[0.25,"-0"]}\n'],
  [{ type: "string", timeMs: 0, value: "a\n" }, '{"metric":{},"value":[0,"a\\n"]}\n'],
])("%j is one element without labels", (value, line) => {
  expect(textOf(renderNdjson(value))).toBe(line);
});
