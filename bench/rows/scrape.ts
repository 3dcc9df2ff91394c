import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runExporter, scrapeConfigsFor } from "../data/run-exporter.ts";
import { cpuSeconds, residentBytes } from "../process-usage.ts";
import { type BenchRow, compare, type Measurement, type RunsBySystem } from "../row.ts";
import { type ScrapingSystem, scrapingSystems, type SystemStart } from "../systems/systems.ts";

interface ScrapeLoad {
  readonly seriesCount: number;
  readonly intervalSeconds: number;
  /** Until every series exists and the first work of that is over. */
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  /** Also kill it and take the time until it is ready again on the same data. */
  readonly restart: boolean;
}

interface ScrapeUsage {
  readonly cpuMicrosPerSample: number;
  readonly bytesPerSeries: number;
  readonly restart: { readonly seconds: number; readonly cpu: number } | null;
}

/** CPU per scraped sample and resident memory per active series of one exporter's load. */
export function scrapeRow(name: string, load: ScrapeLoad): BenchRow {
  const { seriesCount, intervalSeconds, measuredSeconds } = load;
  const restarted = load.restart ? "; then SIGKILL, start, time until ready" : "";
  return {
    name,
    description: `one exporter of ${seriesCount} series every ${intervalSeconds} s, ${measuredSeconds} s measured after warm-up, all values change; CPU and memory of the whole process${restarted}`,
    async run(log) {
      const usages = new Map<string, ScrapeUsage>();
      for (const system of await scrapingSystems()) {
        const usage = await measure(system, load);
        usages.set(system.name, usage);
        log(`${system.name}: ${JSON.stringify(usage)}`);
      }
      return measurements(usages, load);
    },
  };
}

function measurements(
  usages: RunsBySystem<ScrapeUsage>,
  { seriesCount, restart }: ScrapeLoad,
): readonly Measurement[] {
  const steady = [
    compare(
      usages,
      { what: `CPU per sample, ${seriesCount} series`, unit: "µs", goal: "below Prometheus" },
      (usage) => usage.cpuMicrosPerSample,
    ),
    compare(
      usages,
      {
        what: `resident memory per series, ${seriesCount} series`,
        unit: "B",
        goal: "below 1300 B",
      },
      (usage) => usage.bytesPerSeries,
    ),
  ];
  if (!restart) return steady;
  const what = `restart after SIGKILL until ready, ${seriesCount} series`;
  return [
    ...steady,
    compare(usages, { what, unit: "s", goal: "below Prometheus" }, (usage) =>
      usage.restart === null ? Number.NaN : usage.restart.seconds,
    ),
    compare(usages, { what: `${what}: CPU`, unit: "s", goal: "below Prometheus" }, (usage) =>
      usage.restart === null ? Number.NaN : usage.restart.cpu,
    ),
  ];
}

async function measure(system: ScrapingSystem, load: ScrapeLoad): Promise<ScrapeUsage> {
  using exporter = await runExporter(load.seriesCount);
  const dataFolder = await mkdtemp(join(tmpdir(), "gaugeway-bench-"));
  const start: SystemStart = {
    scrapeConfigs: scrapeConfigsFor(exporter.target, load.intervalSeconds),
    dataFolder,
  };
  try {
    const steady = await measureSteady(system, start, load);
    return { ...steady, restart: load.restart ? await measureRestart(system, start) : null };
  } finally {
    await rm(dataFolder, { recursive: true, force: true });
  }
}

async function measureSteady(
  system: ScrapingSystem,
  start: SystemStart,
  load: ScrapeLoad,
): Promise<Omit<ScrapeUsage, "restart">> {
  await using server = await system.start(start);
  await sleep(load.warmUpSeconds * 1000);
  const before = cpuSeconds(server.pid);
  await sleep(load.measuredSeconds * 1000);
  const samples = (load.measuredSeconds / load.intervalSeconds) * load.seriesCount;
  const usage = {
    cpuMicrosPerSample: ((cpuSeconds(server.pid) - before) / samples) * 1e6,
    bytesPerSeries: residentBytes(server.pid).now / load.seriesCount,
  };
  server.signal("SIGKILL");
  return usage;
}

async function measureRestart(
  system: ScrapingSystem,
  start: SystemStart,
): Promise<ScrapeUsage["restart"]> {
  const startedMs = performance.now();
  await using server = await system.start(start);
  return { seconds: (performance.now() - startedMs) / 1000, cpu: cpuSeconds(server.pid) };
}
