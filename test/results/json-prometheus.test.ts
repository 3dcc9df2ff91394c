import * as fc from "fast-check";
import { expect, test } from "vitest";
import { errorJson, renderJson } from "#results";
import { peerOrSkip, startPrometheus } from "../peers/index.ts";
import { renderedText } from "./rendered-text.ts";
import { rereadAnswer } from "./reread-answer.ts";

/**
 * Prometheus' own bodies: read back, rendered by us, and compared byte for byte. Queries over no data
 * reach every form: labels come from label_replace, values from literals.
 */
const SPECIAL = Array.from('\u0001\b\f\n\r\t"\\<>&\u2028\u2029é\u007f🜚a');
const ANY_LABEL = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...SPECIAL) }),
);
const ANY_VALUE = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e-6, 9.99e-7, 1e-7, 1e21, 1e20, 5e-324),
  fc.integer(),
  fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000),
);
const SEED = 20261128;

function literal(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A PromQL string in double quotes. */
function quoted(text: string): string {
  const escaped = text.replaceAll(/[^ !#%-[\]-\uffff]/g, (character) =>
    character === "$" ? "$$" : `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return `"${escaped}"`;
}

/** A vector with the values, told apart by a label. */
function vectorQuery(values: readonly number[]): string {
  return values
    .map((value, i) => `label_replace(vector(${literal(value)}), "i", "${i}", "", "")`)
    .join(" or ");
}

const labelled = fc
  .sample(ANY_LABEL, { seed: SEED, numRuns: 200 })
  .filter((label) => label.isWellFormed() && label !== "")
  .map((label) => `label_replace(vector(1), "l", ${quoted(label)}, "", "")`);
const values = fc.sample(ANY_VALUE, { seed: SEED, numRuns: 300 });

const INSTANT_QUERIES: readonly (readonly [query: string, time: string])[] = [
  ["1", "0"],
  ["-0", "1700000000"],
  ["1e21", "1700000000.25"],
  ["1e-9", "-0.5"],
  ["1.7976931348623157e308", "4"],
  ["5e-324", "4"],
  ["NaN", "4.001"],
  ["-Inf", "1e9"],
  ...fc
    .sample(fc.double(), { seed: SEED, numRuns: 20 })
    .map((value) => [literal(value), "1.5"] as const),
  ['"text"', "0.25"],
  [String.raw`"<a> & \"b\" \\ \x01\b\f\n\r\t\u2028\u2029 é 🜚"`, "1700000000.007"],
  ["vector(1)", "1700000000"],
  ["vector(1)", "1700000000.001"],
  ["vector(1)", "1700000000.01"],
  ["vector(1)", "1700000000.1"],
  ["vector(1)", "-0.5"],
  ["vector(1)", "-1700000000.001"],
  ["up", "0"],
  [vectorQuery(values.slice(0, 100)), "1.25"],
  [vectorQuery(values.slice(100, 200)), "1"],
  [vectorQuery(values.slice(200)), "-1"],
  ...labelled.map((query) => [query, "1700000000"] as const),
];

const RANGE_QUERIES: readonly (readonly [
  query: string,
  start: string,
  end: string,
  step: string,
])[] = [
  ["vector(1)", "1700000000", "1700003600", "15"],
  ["time() * 0.37", "-1.25", "100", "0.75"],
  ["1 / (time() - 1700000060)", "1700000000", "1700000120", "1"],
  [`vector(time()) > 1700000060 or ${vectorQuery([1, 2])}`, "1700000000", "1700000120", "1"],
  ["exp(vector(time()))", "-60", "60", "0.1"],
  ["up", "0", "60", "1"],
  ["vector(time())", "0", "10999", "1"],
];

async function ask(url: string, path: string, form: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(form);
  return (await fetch(`${url}/api/v1/${path}`, { method: "POST", body })).text();
}

test("bodies are Prometheus' bodies, byte for byte", { timeout: 120_000 }, async ({ skip }) => {
  const binary = await peerOrSkip("prometheus", "sid", skip);
  await using prometheus = await startPrometheus(binary, "{}");
  const requests = [
    ...INSTANT_QUERIES.map(([query, time]) => ["query", { query, time }] as const),
    ...RANGE_QUERIES.map(
      ([query, start, end, step]) => ["query_range", { query, start, end, step }] as const,
    ),
  ];
  for (const [path, parameters] of requests) {
    const theirs = await ask(prometheus.url, path, parameters);
    expect(theirs.slice(0, 300)).toContain('"status":"success"');
    const value = rereadAnswer(theirs);
    const ours = renderedText(renderJson({ value, annotations: [] }, { query: parameters.query }));
    expect(ours).toBe(theirs);
  }
});

test("warnings, limits and errors are worded and placed as Prometheus does", async ({ skip }) => {
  const binary = await peerOrSkip("prometheus", "sid", skip);
  await using prometheus = await startPrometheus(binary, "{}");

  const cut = { query: vectorQuery([1, 2, 3]), time: "1" };
  const theirCut = await ask(prometheus.url, "query", { ...cut, limit: "2" });
  const whole = rereadAnswer(await ask(prometheus.url, "query", cut));
  const ourCut = renderJson({ value: whole, annotations: [] }, { query: cut.query, seriesMax: 2 });
  expect(renderedText(ourCut)).toBe(theirCut);

  const warned = { query: "\n quantile(2, vector(1))", time: "1" };
  const theirWarned = await ask(prometheus.url, "query", warned);
  const value = rereadAnswer(theirWarned);
  const message = "PromQL warning: quantile value should be between 0 and 1, got 2";
  const annotation = { severity: "warning", message, position: { start: 11, end: 12 } } as const;
  expect(renderedText(renderJson({ value, annotations: [annotation] }, warned))).toBe(theirWarned);

  const theirError = await ask(prometheus.url, "query", { query: 'a{b=~"<&\u2028("}' });
  const { errorType, error } = JSON.parse(theirError) as { errorType: string; error: string };
  expect(error).toContain("<&");
  expect(errorJson(errorType, error)).toBe(theirError);
});
