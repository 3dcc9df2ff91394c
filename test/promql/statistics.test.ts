import { expect, test } from "vitest";
import { createEngine, parseExpression } from "#promql";
import { peerOrSkip, startPrometheus } from "../peers/index.ts";
import { memoryOf } from "./differential/engine-answers.ts";
import { Random } from "./differential/random.ts";
import { remoteWrite } from "./differential/remote-write.ts";
import { randomWorld, WORLD_END_MS, WORLD_START_MS } from "./differential/world.ts";

/** How many samples Prometheus says that a query has touched, and how many we say. */
interface Counts {
  readonly total: number;
  readonly perStep: readonly number[];
  readonly peak: number;
}

const RANGE = {
  startMs: WORLD_START_MS + 600_000,
  endMs: WORLD_END_MS - 300_000,
  stepMs: 37_000,
};

/** Prometheus holds one sample more for each series of a subquery. */
const SUBQUERY = "max_over_time(rate(requests_total[1m])[10m:1m])";
const SUBQUERY_SERIES = 7;

const QUERIES = [
  "requests_total",
  "requests_total @ end()",
  "sum by (job) (requests_total)",
  "topk(2, requests_total)",
  "quantile(0.5, memory_bytes)",
  "rate(requests_total[5m])",
  "sum by (job) (rate(requests_total[5m]))",
  "max_over_time(sparse[10m])",
  "requests_total * 2",
  "-requests_total",
  "abs(requests_total)",
  "memory_bytes / on (job, instance) limit_bytes",
  "memory_bytes or limit_bytes",
  "histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))",
  SUBQUERY,
  "timestamp(memory_bytes)",
  "absent(memory_bytes)",
  "count_values('x', quota)",
  "label_replace(memory_bytes, 'x', '$1', 'job', '(.*)')",
];

const engine = createEngine();

test("samples are counted as Prometheus counts them", { timeout: 120_000 }, async ({ skip }) => {
  const binary = await peerOrSkip("prometheus", "sid", skip);
  await using prometheus = await startPrometheus(binary, "{}", [
    "--web.enable-remote-write-receiver",
    "--enable-feature=promql-per-step-stats",
  ]);
  const world = randomWorld(new Random(7), {
    isOnGrid: false,
    hasHistograms: false,
    hasSmallCounters: true,
  });
  await remoteWrite(prometheus.url, world);
  const storage = memoryOf(world);
  for (const query of QUERIES) {
    const options = { countsPerStep: true };
    const { statistics } = await engine.range(parseExpression(query), storage, RANGE, options);
    const ours: Counts = {
      total: statistics.totalQueryableSamples,
      perStep: [...(statistics.totalQueryableSamplesPerStep ?? [])],
      peak: statistics.peakSamples + (query === SUBQUERY ? SUBQUERY_SERIES : 0),
    };
    const theirs = await countsOf(prometheus.url, query);
    expect({ query, ...ours }).toEqual({ query, ...theirs });
    expect(theirs.total).toBeGreaterThan(50);
  }
});

async function countsOf(url: string, query: string): Promise<Counts> {
  const body = new URLSearchParams({
    query,
    start: String(RANGE.startMs / 1000),
    end: String(RANGE.endMs / 1000),
    step: String(RANGE.stepMs / 1000),
    stats: "all",
  });
  const response = await fetch(`${url}/api/v1/query_range`, { method: "POST", body });
  const { data } = (await response.json()) as {
    data: {
      stats: {
        samples: {
          totalQueryableSamples: number;
          peakSamples: number;
          totalQueryableSamplesPerStep: readonly (readonly [number, number])[];
        };
      };
    };
  };
  const { samples } = data.stats;
  return {
    total: samples.totalQueryableSamples,
    perStep: samples.totalQueryableSamplesPerStep.map(([, count]) => count),
    peak: samples.peakSamples,
  };
}
