import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { createScriptEngine, runScript } from "#promql";

/**
 * Prometheus' own scripts, which are not part of this repository: every evaluation of every file
 * must pass, in all the forms in which Prometheus' runner tries it. No skip list.
 */
const SHARED = process.env["GAUGEWAY_SHARED_DATA"] ?? resolve("../shared/data");
const FOLDER = join(SHARED, "promqltest");

/** Evaluations in each file, counted in the files themselves: a reader that skips some is found. */
const EVALUATIONS: Readonly<Record<string, number>> = {
  "aggregators.test": 160,
  "duration_expression.test": 59,
  "extended_vectors.test": 169,
  "functions.test": 431,
  "histograms.test": 185,
  "info.test": 53,
  "literals.test": 25,
  "native_histograms.test": 522,
  "selectors.test": 31,
  "staleness.test": 17,
  "start_timestamps.test": 26,
  "trig_functions.test": 19,
  "type_and_unit.test": 58,
};

const isThere = existsSync(FOLDER);

describe.skipIf(!isThere)(`Prometheus' scripts (data at ${FOLDER}; GAUGEWAY_SHARED_DATA)`, () => {
  const files = isThere ? readdirSync(FOLDER).filter((file) => file.endsWith(".test")) : [];

  test.each(files)("%s", { timeout: 120_000 }, async (file) => {
    const { failures, count } = await run(join(FOLDER, file));
    expect(failures).toEqual([]);
    expect(count).toBe(EVALUATIONS[file] ?? count);
    expect(count).toBeGreaterThan(0);
  });
});

describe("our own scripts", () => {
  const folder = "test/promql/scripts";

  test.each(readdirSync(folder))("%s", async (file) => {
    const { failures, count } = await run(join(folder, file));
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(0);
  });
});

async function run(path: string): Promise<{ failures: string[]; count: number }> {
  const failures: string[] = [];
  let count = 0;
  const text = readFileSync(path, "utf8");
  for await (const { line, query, failure } of runScript(text, createScriptEngine())) {
    count += 1;
    if (failure !== null) failures.push(`${path}:${line}: ${query}: ${failure}`);
  }
  return { failures, count };
}
