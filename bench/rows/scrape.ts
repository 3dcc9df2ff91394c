import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../test/peers/index.ts";
import { cpuSeconds, residentBytes } from "../process-usage.ts";
import type { BenchRow, Figure, Measurement } from "../row.ts";
import { scrapingSystems, type ScrapingSystem } from "../systems/systems.ts";

interface ScrapeLoad {
  readonly seriesCount: number;
  readonly intervalSeconds: number;
  /** Until every series exists and the first work of that is over. */
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

interface ScrapeUsage {
  readonly cpuMicrosPerSample: number;
  readonly bytesPerSeries: number;
}

/** CPU per scraped sample and resident memory per active series of one exporter's load. */
export function scrapeRow(name: string, load: ScrapeLoad): BenchRow {
  const { seriesCount, intervalSeconds, measuredSeconds } = load;
  return {
    name,
    description: `one exporter of ${seriesCount} series every ${intervalSeconds} s, ${measuredSeconds} s measured after warm-up; all values change`,
    async run(log) {
      const usages = new Map<string, ScrapeUsage>();
      for (const system of await scrapingSystems()) {
        const usage = await measure(system, load);
        usages.set(system.name, usage);
        log(`${system.name}: ${JSON.stringify(usage)}`);
      }
      return [
        measurement(
          usages,
          `CPU per sample, ${seriesCount} series`,
          "µs",
          "below Prometheus",
          (u) => u.cpuMicrosPerSample,
        ),
        measurement(
          usages,
          `resident memory per series, ${seriesCount} series`,
          "B",
          "below 1300 B",
          (u) => u.bytesPerSeries,
        ),
      ];
    },
  };
}

function measurement(
  usages: ReadonlyMap<string, ScrapeUsage>,
  what: string,
  unit: string,
  goal: string,
  pick: (usage: ScrapeUsage) => number,
): Measurement {
  const figures: Figure[] = Array.from(usages, ([system, usage]) => ({
    system,
    value: pick(usage),
  }));
  const [ours, ...peers] = figures;
  return { what, unit, goal, ours: ours?.value ?? Number.NaN, peers };
}

async function measure(system: ScrapingSystem, load: ScrapeLoad): Promise<ScrapeUsage> {
  const port = await freePort();
  const exporter = spawn(
    process.execPath,
    [
      new URL("../data/exporter.ts", import.meta.url).pathname,
      String(load.seriesCount),
      String(port),
    ],
    { stdio: "ignore" },
  );
  try {
    await using server = await system.start(`
global: {scrape_interval: ${load.intervalSeconds}s, scrape_timeout: ${load.intervalSeconds}s}
scrape_configs: [{job_name: exporter, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]
`);
    await sleep(load.warmUpSeconds * 1000);
    const before = cpuSeconds(server.pid);
    await sleep(load.measuredSeconds * 1000);
    const samples = (load.measuredSeconds / load.intervalSeconds) * load.seriesCount;
    return {
      cpuMicrosPerSample: ((cpuSeconds(server.pid) - before) / samples) * 1e6,
      bytesPerSeries: residentBytes(server.pid).now / load.seriesCount,
    };
  } finally {
    exporter.kill();
  }
}
