import { createEngine, type PromqlEngine } from "../../src/promql/engine.ts";
import type { PromqlStorage } from "../../src/promql/eval/promql-storage.ts";
import { parseExpression } from "../../src/promql/syntax/parse-expression.ts";
import {
  dashboardSeries,
  memoryStorage,
  type MemorySeries,
  podSeries,
} from "../data/memory-series.ts";
import { dashboardQueries, type MeasuredQuery, podQueries } from "../data/query-set.ts";
import { type BenchRow, type Measurement, median } from "../row.ts";

const endMs = 1_700_000_000_000;
const runsMin = 5;
const measuredMsMin = 300;

/** The evaluation alone: no store, no HTTP, no peers; the figures say where the engine's time goes. */
export const queryEngineRow: BenchRow = {
  name: "query-engine",
  description: "evaluation of range queries over columns in memory, CPU time, median",
  run: async (log) => [
    ...(await measureAll(dashboardSeries, dashboardQueries, log)),
    ...(await measureAll(podSeries, podQueries, log)),
  ],
};

async function measureAll(
  seriesOf: (endMs: number) => readonly MemorySeries[],
  queries: readonly MeasuredQuery[],
  log: (line: string) => void,
): Promise<readonly Measurement[]> {
  const storage = memoryStorage(seriesOf(endMs));
  const engine = createEngine();
  const measurements: Measurement[] = [];
  for (const query of queries) {
    const ours = await cpuMsOf(query, engine, storage);
    log(`${query.name}: ${ours.toFixed(1)} ms`);
    measurements.push({ what: query.name, unit: "ms", ours, peers: [], goal: "less" });
  }
  return measurements;
}

async function cpuMsOf(
  { expression, rangeSeconds, stepSeconds }: MeasuredQuery,
  engine: PromqlEngine,
  storage: PromqlStorage,
): Promise<number> {
  const parsed = parseExpression(expression);
  const range = { startMs: endMs - rangeSeconds * 1000, endMs, stepMs: stepSeconds * 1000 };
  const runs: number[] = [];
  const cached = rememberingStorage(storage);
  for (let spent = 0; runs.length < runsMin || spent < measuredMsMin;) {
    const before = process.cpuUsage();
    await engine.range(parsed, cached, range);
    const { user, system } = process.cpuUsage(before);
    runs.push((user + system) / 1000);
    spent += (user + system) / 1000;
  }
  return median(runs);
}

/** Selects once: how the storage finds series is not what is measured. */
function rememberingStorage(storage: PromqlStorage): PromqlStorage {
  const found = new Map<string, ReturnType<PromqlStorage["select"]>>();
  return {
    select: (matchers, minMs, maxMs) => {
      const key = JSON.stringify([matchers, minMs, maxMs]);
      const series = found.get(key) ?? storage.select(matchers, minMs, maxMs);
      found.set(key, series);
      return series;
    },
  };
}
