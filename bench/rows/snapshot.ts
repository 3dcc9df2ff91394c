/**
 * One body of a tenant's newest samples, each time with every value changed since the last one.
 * CPU is that of the whole process from the request until a moment after its answer; the median
 * leaves out requests that a scrape fell into. Memory is how much higher the peak of a stretch with
 * requests lies than that of one without: the first request and what is kept for later included.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { cpuNanosOfThreads, forgetPeak, residentBytes } from "../process-usage.ts";
import { type BenchRow, compare, type Measurement, median, type RunsBySystem } from "../row.ts";
import type { ScrapeAnswer } from "../scrape-client.ts";
import type { BenchTenant } from "../systems/systems.ts";
import { type ScrapingServer, withScrapedExporter } from "./with-scraped-exporter.ts";

interface SnapshotLoad {
  readonly tenant: BenchTenant;
  readonly seriesCount: number;
  readonly goals: { readonly time: string; readonly cpu: string; readonly memory: string };
}

interface SnapshotUsage {
  readonly ms: number;
  readonly cpuMs: number;
  readonly gzipMs: number;
  readonly gzipCpuMs: number;
  readonly warmMs: number;
  readonly extraMegabytes: number;
  readonly bodyMegabytes: number;
}

const requestsPerStretch = 15;
/** Quiet before the first request, in scrape intervals. */
const quietIntervals = 6;
const aftermathMs = 20;

export function snapshotRow(name: string, load: SnapshotLoad): BenchRow {
  return {
    name,
    description: `the newest samples of ${load.seriesCount} of 100,000 series that are scraped every 2 s: GET /metrics/v1 beside /federate of the same series; median of ${requestsPerStretch} bodies, every value changed; "warm": asked again at once`,
    async run(log) {
      const usages = await withScrapedExporter([load.tenant], log, (scraping) =>
        measure(scraping, load.tenant),
      );
      return measurements(usages, load);
    },
  };
}

function measurements(
  usages: RunsBySystem<SnapshotUsage>,
  { seriesCount, goals }: SnapshotLoad,
): readonly Measurement[] {
  const row = (
    what: string,
    unit: string,
    goal: string,
    pick: (usage: SnapshotUsage) => number,
  ): Measurement => compare(usages, { what: `${what}, ${seriesCount} series`, unit, goal }, pick);
  return [
    row("time of a body", "ms", goals.time, (usage) => usage.ms),
    row("CPU of a body", "ms", goals.cpu, (usage) => usage.cpuMs),
    row("time of a body, gzip", "ms", "lowest", (usage) => usage.gzipMs),
    row("CPU of a body, gzip", "ms", "lowest", (usage) => usage.gzipCpuMs),
    row("time of an unchanged body", "ms", "lowest", (usage) => usage.warmMs),
    row("extra memory, all told", "MB", goals.memory, (usage) => usage.extraMegabytes),
    row("size of the body", "MB", "-", (usage) => usage.bodyMegabytes),
  ];
}

async function measure(scraping: ScrapingServer, tenant: BenchTenant): Promise<SnapshotUsage> {
  const { server, client, intervalMs } = scraping;
  const request = scraping.requestOf(tenant);
  forgetPeak(server.pid);
  await sleep(quietIntervals * intervalMs);
  const quietPeak = residentBytes(server.pid).peak;
  const plain = await stretch(scraping, () => client.get(request));
  const extraBytes = residentBytes(server.pid).peak - quietPeak;
  const zipped = await stretch(scraping, () => client.get(request, "gzip"));
  await client.get(request);
  const warm = await client.get(request);
  return {
    ms: median(plain.map(({ answer }) => answer.ms)),
    cpuMs: median(plain.map(({ cpuMs }) => cpuMs)),
    gzipMs: median(zipped.map(({ answer }) => answer.ms)),
    gzipCpuMs: median(zipped.map(({ cpuMs }) => cpuMs)),
    warmMs: warm.ms,
    extraMegabytes: extraBytes / 1e6,
    bodyMegabytes: warm.bytes / 1e6,
  };
}

interface MeasuredAnswer {
  readonly answer: ScrapeAnswer;
  readonly cpuMs: number;
}

/** One request in each scrape interval; those that got the same values again do not count. */
async function stretch(
  { server, intervalMs }: ScrapingServer,
  ask: () => Promise<ScrapeAnswer>,
): Promise<readonly MeasuredAnswer[]> {
  const measured: MeasuredAnswer[] = [];
  const startedMs = performance.now();
  for (let i = 0; i < requestsPerStretch; i++) {
    const cpuBefore = cpuNanosOfThreads(server.pid);
    const answer = await ask();
    await sleep(aftermathMs);
    measured.push({ answer, cpuMs: (cpuNanosOfThreads(server.pid) - cpuBefore) / 1e6 });
    // Not at the pace of the scrapes, or every request might fall into one.
    await sleep(Math.max(0, startedMs + (i + 1) * intervalMs * 1.07 - performance.now()));
  }
  const changed = measured.filter(({ answer }, i) => answer.head !== measured[i - 1]?.answer.head);
  if (changed.length < requestsPerStretch / 3) throw new Error("the bodies do not change");
  return changed;
}
