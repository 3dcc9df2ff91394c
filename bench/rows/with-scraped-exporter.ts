import { setTimeout as sleep } from "node:timers/promises";
import type { RunningPeer } from "../../test/peers/index.ts";
import { runExporter, scrapeConfigsFor } from "../data/run-exporter.ts";
import { ScrapeClient } from "../scrape-client.ts";
import {
  type BenchTenant,
  type ScrapingSystem,
  scrapingSystems,
  type SnapshotRequest,
} from "../systems/systems.ts";

/** A server that scrapes an exporter of 100,000 series, half of it warm already. */
export interface ScrapingServer {
  readonly server: RunningPeer;
  readonly client: ScrapeClient;
  readonly intervalMs: number;
  readonly requestOf: (tenant: BenchTenant) => SnapshotRequest;
}

const seriesCount = 100_000;
const intervalSeconds = 2;
const warmUpMs = 14_000;

/** Does the same with us and with the newest peers, one after the other. */
export async function withScrapedExporter<T>(
  tenants: readonly BenchTenant[],
  log: (line: string) => void,
  work: (scraping: ScrapingServer) => Promise<T>,
): Promise<ReadonlyMap<string, T>> {
  const results = new Map<string, T>();
  for (const system of await scrapingSystems()) {
    const result = await withOne(system, tenants, work);
    results.set(system.name, result);
    log(`${system.name}: ${JSON.stringify(result)}`);
  }
  return results;
}

async function withOne<T>(
  system: ScrapingSystem,
  tenants: readonly BenchTenant[],
  work: (scraping: ScrapingServer) => Promise<T>,
): Promise<T> {
  using exporter = await runExporter(seriesCount);
  await using server = await system.start({
    scrapeConfigs: scrapeConfigsFor(exporter.target, intervalSeconds),
    tenants,
  });
  using client = new ScrapeClient();
  await sleep(warmUpMs);
  return await work({
    server,
    client,
    intervalMs: intervalSeconds * 1000,
    requestOf: (tenant) => system.snapshotRequest(server, tenant),
  });
}
