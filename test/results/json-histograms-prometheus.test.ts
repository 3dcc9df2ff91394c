import { expect, test } from "vitest";
import {
  ALL_PARSER_OPTIONS,
  createEngine,
  DEFAULT_ENGINE_OPTIONS,
  parseExpression,
  type QueryResult,
} from "#promql";
import { renderJson } from "#results";
import { peerOrSkip, startPrometheus } from "../peers/index.ts";
import { memoryOf } from "../promql/differential/engine-answers.ts";
import { Random } from "../promql/differential/random.ts";
import { remoteWrite } from "../promql/differential/remote-write.ts";
import { randomWorld, WORLD_END_MS, WORLD_START_MS } from "../promql/differential/world.ts";
import { renderedText } from "./rendered-text.ts";

/** Of ranges, whose series come sorted, and without remarks, whose order is chance in Prometheus. */
const RANGE_QUERIES: readonly string[] = [
  '{__name__=~".+"}',
  'label_replace({__name__=~".+"}, "n", "$1", "__name__", "(.+)") * 1e7',
  "sum by (job) (memory_bytes) / 7",
];
const SAMPLES_AS_STORED = '{__name__=~".+"}[40m]';
const STEP_MS = 37_500;
const SEED = 20_261_128;

test(
  "whole answers with floats, gaps and native histograms are Prometheus' bytes",
  { timeout: 120_000 },
  async ({ skip }) => {
    const binary = await peerOrSkip("prometheus", "sid", skip);
    const world = randomWorld(new Random(SEED), {
      isOnGrid: false,
      hasHistograms: true,
      hasSmallCounters: true,
    });
    await using prometheus = await startPrometheus(binary, "{}", [
      "--web.enable-remote-write-receiver",
      "--enable-feature=promql-experimental-functions,native-histograms",
    ]);
    await remoteWrite(prometheus.url, world);
    const engine = createEngine(DEFAULT_ENGINE_OPTIONS);
    const storage = memoryOf(world);
    const compare = async (path: string, query: string, form: object, ours: QueryResult) => {
      const body = new URLSearchParams({ query, ...form });
      const answer = await fetch(`${prometheus.url}/api/v1/${path}`, { method: "POST", body });
      const theirs = await answer.text();
      expect(theirs.length).toBeGreaterThan(1000);
      const isEqual = renderedText(renderJson(ours, { query })) === theirs;
      expect({ query, isEqual }).toEqual({ query, isEqual: true });
      return theirs;
    };

    let bodies = "";
    for (const query of RANGE_QUERIES) {
      const range = { startMs: WORLD_START_MS, endMs: WORLD_END_MS, stepMs: STEP_MS };
      const expression = parseExpression(query, ALL_PARSER_OPTIONS);
      const ours = await engine.range(expression, storage, range);
      const form = {
        start: String(WORLD_START_MS / 1000),
        end: String(WORLD_END_MS / 1000),
        step: String(STEP_MS / 1000),
      };
      bodies += await compare("query_range", query, form, ours);
    }
    const stored = parseExpression(SAMPLES_AS_STORED, ALL_PARSER_OPTIONS);
    const ours = await engine.instant(stored, storage, WORLD_END_MS);
    const form = { time: String(WORLD_END_MS / 1000) };
    bodies += await compare("query", SAMPLES_AS_STORED, form, ours);
    expect(bodies).toContain('"histograms":[[');
    expect(bodies).toContain('"buckets":[[');
  },
);
