import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type BenchRow, compare, median, quantile } from "../row.ts";
import type { BenchTenant } from "../systems/systems.ts";
import { type ScrapingServer, withScrapedExporter } from "./with-scraped-exporter.ts";

interface NeighbourUsage {
  readonly quietMs: number;
  readonly busyMs: number;
  readonly busyWorstMs: number;
}

const rounds = 200;
const pauseMs = 50;
const large: BenchTenant = { name: "large", selector: '{__name__=~"exp_.+"}' };
const small: BenchTenant = { name: "small", selector: '{host="host-7:9100"}' };

/** What a small tenant notices of a large one. */
export const snapshotNeighbourRow: BenchRow = {
  name: "snapshot-neighbour",
  description: `a tenant of 50 series asks ${rounds} times, ${pauseMs} ms apart, while another is sent its 100,000 series without a pause; against the same in quiet`,
  async run(log) {
    const usages = await withScrapedExporter([large, small], log, measure);
    return [
      compare(
        usages,
        { what: "small scrape in quiet, median", unit: "ms", goal: "lowest" },
        (usage) => usage.quietMs,
      ),
      compare(
        usages,
        { what: "small scrape beside a large one, median", unit: "ms", goal: "as in quiet" },
        (usage) => usage.busyMs,
      ),
      compare(
        usages,
        { what: "small scrape beside a large one, 95 of 100", unit: "ms", goal: "lowest" },
        (usage) => usage.busyWorstMs,
      ),
    ];
  },
};

async function measure(scraping: ScrapingServer): Promise<NeighbourUsage> {
  await smallScrapes(scraping);
  const quiet = await smallScrapes(scraping);
  // In a thread of its own: what is measured is the server's delay and not the client's.
  const loop = new Worker(new URL("../scrape-loop.ts", import.meta.url), {
    workerData: scraping.requestOf(large),
  });
  const busy = await smallScrapes(scraping);
  await loop.terminate();
  return { quietMs: median(quiet), busyMs: median(busy), busyWorstMs: quantile(busy, 0.95) };
}

async function smallScrapes({ client, requestOf }: ScrapingServer): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push((await client.get(requestOf(small))).ms);
    await sleep(pauseMs);
  }
  return times;
}
