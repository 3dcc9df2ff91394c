/**
 * Range queries over HTTP, from the request until the last byte, with us and the newest peers on
 * equal data. All three servers run at once and are asked in turns, so that whatever else the machine
 * does falls on all of them. Before it is timed, each answer is compared with Prometheus'.
 */
import { join } from "node:path";
import type { RunningPeer } from "../../test/peers/index.ts";
import { queryHistory } from "../data/query-history.ts";
import { dashboardQueries, type MeasuredQuery, podQueries } from "../data/query-set.ts";
import { cpuNanosOfThreads, forgetPeak, residentBytes } from "../process-usage.ts";
import { differenceOfAnswers } from "../query-answers.ts";
import { type BenchRow, compare, type Measurement, median } from "../row.ts";
import { ScrapeClient } from "../scrape-client.ts";
import { loadHistory } from "../systems/load-history.ts";
import { type BenchTenant, type ScrapingSystem, scrapingSystems } from "../systems/systems.ts";

const tenant: BenchTenant = { name: "all", selector: '{__name__=~".+"}' };
const rounds = 11;
const goal = "≤ 1.0 × VictoriaMetrics, ≤ 0.5 × Prometheus";

interface Asked {
  readonly system: ScrapingSystem;
  readonly server: RunningPeer;
}

interface QueryUsage {
  readonly ms: number;
  readonly cpuMs: number;
  readonly peakMegabytes: number;
}

export const queryRangeRow: BenchRow = {
  name: "query-range",
  description: `range queries over 20,000 series (18 million samples), HTTP end to end; median of ${rounds} rounds in turns; CPU of the server; its peak of memory meanwhile`,
  async run(log) {
    const folder = join(import.meta.dirname, "../../.cache/bench");
    const history = await queryHistory(folder);
    await using stack = new AsyncDisposableStack();
    const asked: Asked[] = [];
    for (const system of await scrapingSystems()) {
      const dataFolder = `${folder}/${system.name.replaceAll(/\W+/g, "-")}-${history.endMs}`;
      await loadHistory(system, history.path, dataFolder);
      log(`${system.name} has the data`);
      const start = { scrapeConfigs: "scrape_configs: []\n", dataFolder, tenants: [tenant] };
      asked.push({ system, server: stack.use(await system.start(start)) });
    }
    const measurements: Measurement[] = [];
    for (const query of wanted()) {
      measurements.push(...(await measure(query, asked, history.endMs, log)));
    }
    return measurements;
  },
};

/** `GAUGEWAY_BENCH_QUERY` picks those whose name has it. */
function wanted(): readonly MeasuredQuery[] {
  const part = process.env["GAUGEWAY_BENCH_QUERY"] ?? "";
  return [...dashboardQueries, ...podQueries].filter(({ name }) => name.includes(part));
}

async function measure(
  query: MeasuredQuery,
  asked: readonly Asked[],
  endMs: number,
  log: (line: string) => void,
): Promise<readonly Measurement[]> {
  const path = pathOf(query, endMs);
  log(`${query.name}: ${await describeDifferences(path, asked)}`);
  const runs = new Map(asked.map(({ system }) => [system.name, [] as QueryUsage[]]));
  using client = new ScrapeClient();
  for (const { server } of asked) forgetPeak(server.pid);
  for (let round = 0; round < rounds; round++) {
    for (const { system, server } of asked) {
      const cpuBefore = cpuNanosOfThreads(server.pid);
      const { ms } = await client.get(system.queryRequest(server, tenant, path));
      const cpuMs = (cpuNanosOfThreads(server.pid) - cpuBefore) / 1e6;
      const peakMegabytes = residentBytes(server.pid).peak / 1e6;
      runs.get(system.name)?.push({ ms, cpuMs, peakMegabytes });
    }
  }
  const row = (what: string, unit: string, aim: string, pick: (usage: QueryUsage) => number) =>
    compare(runs, { what: `${query.name}: ${what}`, unit, goal: aim }, (all) =>
      median(all.map(pick)),
    );
  const measured = [
    row("time", "ms", goal, ({ ms }) => ms),
    row("CPU", "ms", "lowest", ({ cpuMs }) => cpuMs),
    row("peak", "MB", "≤ Prometheus", ({ peakMegabytes }) => peakMegabytes),
  ];
  for (const { what, ours, peers } of measured) {
    log(`  ${what} ${ours.toFixed(1)} | ${peers.map(({ value }) => value.toFixed(1)).join(" | ")}`);
  }
  return measured;
}

function pathOf({ expression, stepSeconds, rangeSeconds }: MeasuredQuery, endMs: number): string {
  const parameters = new URLSearchParams({
    query: expression,
    start: String(endMs / 1000 - rangeSeconds),
    end: String(endMs / 1000),
    step: String(stepSeconds),
  });
  return `/api/v1/query_range?${parameters.toString()}`;
}

/** We have to agree with Prometheus; VictoriaMetrics means other things by some functions. */
async function describeDifferences(path: string, asked: readonly Asked[]): Promise<string> {
  const answers = await Promise.all(
    asked.map(async ({ system, server }) => {
      const { url, headers } = system.queryRequest(server, tenant, path);
      return { name: system.name, body: await (await fetch(url, { headers })).text() };
    }),
  );
  const prometheus = answers.find(({ name }) => name.startsWith("Prometheus"));
  const differences = answers.flatMap(({ name, body }) => {
    const difference = differenceOfAnswers(body, prometheus?.body ?? "");
    return difference === null ? [] : [{ name, difference }];
  });
  const ours = differences.find(({ name }) => name === "Gaugeway");
  if (ours !== undefined) throw new Error(`we and Prometheus differ: ${ours.difference}`);
  if (differences.length === 0) return "all answers are equal";
  return differences.map(({ name, difference }) => `${name} differs: ${difference}`).join("; ");
}
