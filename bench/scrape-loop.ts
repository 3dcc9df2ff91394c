/** A worker that asks for the same snapshot without a pause, until it is ended. */
import { workerData } from "node:worker_threads";
import { ScrapeClient } from "./scrape-client.ts";
import type { SnapshotRequest } from "./systems/systems.ts";

using client = new ScrapeClient();
for (;;) await client.get(workerData as SnapshotRequest);
