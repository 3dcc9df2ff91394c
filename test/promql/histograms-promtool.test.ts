import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createScriptEngine, runScript } from "#promql";
import { peerOrSkip } from "../peers/index.ts";

/**
 * Random native histograms, and Prometheus' own answers to queries on them: promtool is asked with
 * no expectation and says what it got; that becomes the expectation of a script that we run, in all
 * the forms that scripts are run in.
 */
const WORLDS = 40;
const SEED = 20261121;
const EVALUATION_MINUTE = 6;

const counts = fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 });
const exponential = fc
  .record({
    schema: fc.integer({ min: -1, max: 3 }),
    zero: fc.nat({ max: 3 }),
    width: fc.constantFrom(0.001, 0.1, 0.2),
    offset: fc.integer({ min: 0, max: 4 }),
    positive: counts,
    negative: counts,
    isOneSided: fc.boolean(),
  })
  .map(({ schema, zero, width, offset, positive, negative, isOneSided }) => {
    const observations = total(positive) + zero + (isOneSided ? 0 : total(negative));
    const other = isOneSided ? "" : ` n_buckets:[${negative.join(" ")}]`;
    return (
      `{{schema:${schema} count:${observations} sum:${observations * 1.5} z_bucket:${zero} ` +
      `z_bucket_w:${width} offset:${offset} buckets:[${positive.join(" ")}]${other}}}`
    );
  });
const custom = fc
  .array(fc.nat({ max: 20 }), { minLength: 4, maxLength: 4 })
  .map(
    (buckets) =>
      `{{schema:-53 count:${total(buckets)} sum:${total(buckets) * 3} custom_values:[1 2.5 10] ` +
      `buckets:[${buckets.join(" ")}]}}`,
  );

/** A counter that now and then begins anew, in a layout of its own. */
const counter = (histogram: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(histogram, histogram).map(([a, b]) => `${a}+${a}x3 ${b}+${b}x3`);

const worlds = fc.record({
  a: counter(exponential),
  b: counter(exponential),
  c: counter(custom),
  q: fc.integer({ min: 0, max: 20 }).map((step) => step / 20),
  bound: fc.constantFrom(-2, -0.5, 0, 0.3, 1, 1.7, 6),
});

type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

/**
 * Ranges begin just before a sample: where a gap before it has to be filled, newer versions than 3.5
 * stop at the time at which a histogram's count was zero, as they do for floats.
 */
function queriesOf({ q, bound }: World): readonly string[] {
  const each = ["a", "c"].flatMap((name) => [
    `histogram_quantile(${q}, ${name})`,
    `histogram_fraction(${bound}, ${bound + 3}, ${name})`,
    `histogram_avg(${name})`,
    `histogram_stddev(${name})`,
    `${name} * 3`,
    `${name} / 4`,
    `-${name}`,
    `increase(${name}[4m1s])`,
    `rate(${name}[3m])`,
    `delta(${name}[4m])`,
    `irate(${name}[3m])`,
    `idelta(${name}[3m])`,
    `resets(${name}[6m])`,
    `changes(${name}[6m])`,
    `sum_over_time(${name}[4m])`,
    `avg_over_time(${name}[4m])`,
    `histogram_quantile(${q}, rate(${name}[4m1s]))`,
  ]);
  return [
    ...each,
    "a + on() b",
    "a - on() b",
    "a == on() a",
    "a != on() b",
    'sum({__name__=~"a|b"})',
    'avg({__name__=~"a|b"})',
  ];
}

test(
  "random native histograms: our answers are Prometheus' answers",
  { timeout: 120_000 },
  async ({ skip }) => {
    const promtool = await peerOrSkip("promtool", "sid", skip);
    const folder = mkdtempSync(join(tmpdir(), "gaugeway-promtool-"));
    const failures: string[] = [];
    let compared = 0;
    try {
      for (const world of fc.sample(worlds, { seed: SEED, numRuns: WORLDS })) {
        const file = join(folder, "queries.yml");
        writeFileSync(file, unitTest(world));
        const { stdout, stderr } = spawnSync(promtool.path, ["test", "rules", file], {
          encoding: "utf8",
        });
        const script = scriptOf(world, answersOf(stdout + stderr));
        for await (const { failure, query } of runScript(script, createScriptEngine())) {
          compared += 1;
          if (failure !== null) failures.push(`${query}: ${failure}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(failures.slice(0, 5)).toEqual([]);
    expect(compared).toBe(WORLDS * queriesOf({ a: "", b: "", c: "", q: 0, bound: 0 }).length);
  },
);

function seriesOf({ a, b, c }: World): readonly (readonly [string, string])[] {
  return [
    ["a", a],
    ["b", b],
    ["c", c],
  ];
}

function unitTest(world: World): string {
  const series = seriesOf(world).map(([name, values]) => ({ series: name, values }));
  const promqlTests = queriesOf(world).map((expr) => ({
    expr,
    eval_time: `${EVALUATION_MINUTE}m`,
  }));
  // JSON is YAML.
  return JSON.stringify({
    tests: [{ interval: "1m", input_series: series, promql_expr_test: promqlTests }],
  });
}

/**
 * What promtool got, by query; of queries without an answer it has nothing to say. Hints are left
 * out: that differences and negated histograms are gauges is newer than Prometheus 3.5.
 */
function answersOf(output: string): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  for (const [, query, answer] of output.matchAll(
    /expr: (".*"), time: .*\n.*exp: nil\n\s*got: (.*)/g,
  )) {
    const withoutHint = (answer ?? "").replace(/counter_reset_hint:\w+ ?/, "");
    answers.set(JSON.parse(query ?? "") as string, withoutHint);
  }
  return answers;
}

function scriptOf(world: World, answers: ReadonlyMap<string, string>): string {
  const load = ["load 1m", ...seriesOf(world).map(([name, values]) => `  ${name} ${values}`)];
  const evaluations = queriesOf(world).map((query) =>
    [`eval instant at ${EVALUATION_MINUTE}m ${query}`, answers.get(query) ?? ""].join("\n  "),
  );
  return [load.join("\n"), ...evaluations].join("\n\n");
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
