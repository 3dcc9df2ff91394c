import { setTimeout as sleep } from "node:timers/promises";
import { cpuNanosOfThreads } from "../process-usage.ts";
import { type BenchRow, compare, median } from "../row.ts";
import type { BenchTenant } from "../systems/systems.ts";
import { type ScrapingServer, withScrapedExporter } from "./with-scraped-exporter.ts";

interface ConcurrentUsage {
  readonly manyMs: number;
  readonly oneCpuMs: number;
  readonly manyCpuMs: number;
}

const scrapers = 50;
const rounds = 10;
const tenant: BenchTenant = { name: "tenth", selector: '{tenant="t0"}' };

/** Many scrapers of one entitlement at the same moment. */
export const snapshotConcurrentRow: BenchRow = {
  name: "snapshot-concurrent",
  description: `${scrapers} scrapers of the same 10,000 series at once, until the last has its body, against one alone; medians of ${rounds} rounds, every value changed`,
  async run(log) {
    const usages = await withScrapedExporter([tenant], log, measure);
    return [
      compare(
        usages,
        { what: `time of ${scrapers} at once`, unit: "ms", goal: "lowest" },
        (usage) => usage.manyMs,
      ),
      compare(
        usages,
        {
          what: `CPU of ${scrapers} at once, in CPU of one`,
          unit: "times",
          goal: "little more than one",
        },
        (usage) => usage.manyCpuMs / usage.oneCpuMs,
      ),
      compare(
        usages,
        { what: `CPU of ${scrapers} at once, each`, unit: "ms", goal: "lowest" },
        (usage) => usage.manyCpuMs / scrapers,
      ),
    ];
  },
};

async function measure(scraping: ScrapingServer): Promise<ConcurrentUsage> {
  const { client } = scraping;
  const request = scraping.requestOf(tenant);
  await client.get(request);
  const one = await measureRounds(scraping, () => client.get(request));
  const many = await measureRounds(scraping, () =>
    Promise.all(Array.from({ length: scrapers }, () => client.get(request))),
  );
  return { manyMs: many.ms, oneCpuMs: one.cpuMs, manyCpuMs: many.cpuMs };
}

const noFigure = { ms: Number.NaN, cpuMs: Number.NaN };

/** About one round in each scrape interval; the medians leave out those that a scrape fell into. */
async function measureRounds(
  { server, intervalMs }: ScrapingServer,
  work: () => Promise<unknown>,
): Promise<{ ms: number; cpuMs: number }> {
  const times: number[] = [];
  const cpu: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await sleep(intervalMs * 1.07);
    const cpuBefore = cpuNanosOfThreads(server.pid);
    const startedMs = performance.now();
    try {
      await work();
    } catch {
      // VictoriaMetrics answers some of so many with 429: then it has no figure here.
      return noFigure;
    }
    times.push(performance.now() - startedMs);
    cpu.push((cpuNanosOfThreads(server.pid) - cpuBefore) / 1e6);
  }
  return { ms: median(times), cpuMs: median(cpu) };
}
