/**
 * Where a range query's time must go: reading and decoding what it needs, evaluating it, writing the
 * answer's bytes. Each is measured by itself, warm, in one thread and without a byte sent, over the
 * same data as `query-range`; their sum is what that row could come to if threads, transfer, memory
 * and HTTP cost nothing.
 */
import { join } from "node:path";
import {
  type Matcher,
  SampleColumns,
  type SelectedSeries,
  type TimeRange,
} from "../../src/model/index.ts";
import {
  createEngine,
  parseExpression,
  type PromqlStorage,
  type SeriesSamples,
  type StoredSeries,
} from "../../src/promql/index.ts";
import { renderResult } from "../../src/results/index.ts";
import { openStore, type Store } from "../../src/tsdb/index.ts";
import { queryHistory } from "../data/query-history.ts";
import { dashboardQueries, type MeasuredQuery, podQueries } from "../data/query-set.ts";
import { type BenchRow, type Measurement, median } from "../row.ts";
import { loadHistory } from "../systems/load-history.ts";
import { scrapingSystems } from "../systems/systems.ts";

const ROUNDS = 9;

export const queryFloorRow: BenchRow = {
  name: "query-floor",
  description: `the parts of the queries of query-range, each by itself in one thread: read and decode, evaluate, write JSON; CPU time, median of ${ROUNDS}`,
  async run(log) {
    const folder = join(import.meta.dirname, "../../.cache/bench");
    const history = await queryHistory(folder);
    const [gaugeway] = await scrapingSystems();
    if (gaugeway === undefined) return [];
    const dataFolder = `${folder}/${gaugeway.name}-${history.endMs}`;
    await loadHistory(gaugeway, history.path, dataFolder);
    await using store = await openStore({
      path: dataFolder,
      clock: { nowMs: () => history.endMs, monotonicMs: () => performance.now() },
      observer: () => undefined,
    });
    const measurements: Measurement[] = [];
    for (const query of [...dashboardQueries, ...podQueries]) {
      measurements.push(...(await measure(query, store, history.endMs, log)));
    }
    return measurements;
  },
};

async function measure(
  query: MeasuredQuery,
  store: Store,
  endMs: number,
  log: (line: string) => void,
): Promise<readonly Measurement[]> {
  const expression = parseExpression(query.expression);
  const range = {
    startMs: endMs - query.rangeSeconds * 1000,
    endMs,
    stepMs: query.stepSeconds * 1000,
  };
  const engine = createEngine();
  const parts = { read: [] as number[], evaluate: [] as number[], write: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    using until = new DisposableStack();
    const storage = new LazyStorage(store, until);
    const whole = await cpuMsOf(() => engine.range(expression, storage, range));
    const read = await cpuMsOf(() => storage.readAgain());
    const written = await cpuMsOf(() => {
      let bytes = 0;
      const options = { query: query.expression };
      for (const chunk of renderResult(whole.value, { format: "json" }, options)) {
        bytes += chunk.length;
      }
      return bytes;
    });
    parts.read.push(read.cpuMs);
    parts.evaluate.push(Math.max(0, whole.cpuMs - read.cpuMs));
    parts.write.push(written.cpuMs);
  }
  const medians = Object.entries(parts).map(([part, all]) => [part, median(all)] as const);
  const sum = medians.reduce((total, [, ms]) => total + ms, 0);
  log(
    `${query.name}: ${medians.map(([part, ms]) => `${part} ${ms.toFixed(1)}`).join(", ")} = ${sum.toFixed(1)} ms`,
  );
  return [...medians, ["sum", sum] as const].map(([part, ours]) => ({
    what: `${query.name}: ${part}`,
    unit: "ms",
    ours,
    peers: [],
    goal: "less",
  }));
}

async function cpuMsOf<Value>(
  work: () => Value | Promise<Value>,
): Promise<{ readonly cpuMs: number; readonly value: Value }> {
  const before = process.cpuUsage();
  const value = await work();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, value };
}

/** Reads a series when the evaluation comes to it, always into the same memory. */
class LazyStorage implements PromqlStorage {
  readonly #store: Store;
  readonly #until: DisposableStack;
  readonly #selections: (readonly [readonly Matcher[], TimeRange])[] = [];

  constructor(store: Store, until: DisposableStack) {
    this.#store = store;
    this.#until = until;
  }

  async select(
    matchers: readonly Matcher[],
    minMs: number,
    maxMs: number,
  ): Promise<readonly StoredSeries[]> {
    this.#selections.push([matchers, { minMs, maxMs }]);
    const columns = new SampleColumns(1024);
    const found: StoredSeries[] = [];
    for await (const series of this.#store.select(matchers, { minMs, maxMs }, this.#until)) {
      found.push({ labels: series.labels, samples: () => samplesOf(series, columns) });
    }
    return found;
  }

  /** Everything that was selected, selected and read once more, and nothing else. */
  async readAgain(): Promise<number> {
    let samples = 0;
    const columns = new SampleColumns(1024);
    for (const [matchers, range] of this.#selections) {
      for await (const series of this.#store.select(matchers, range)) {
        samples += samplesOf(series, columns).length;
      }
    }
    return samples;
  }
}

function samplesOf(series: SelectedSeries, columns: SampleColumns): SeriesSamples {
  columns.clear();
  series.read(columns);
  const { length, timestampsMs, values, histograms } = columns;
  return { length, timestampsMs, values, histograms, startTimestampsMs: null };
}
