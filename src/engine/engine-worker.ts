/**
 * The engine's thread: store, scraping and snapshots. It opens the store, answers calls until it is
 * told to close, and then ends by itself. Nothing here knows of requests or clients; what a tenant
 * may see comes with each call as an entitlement.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#lib/assert";
import { releaseStartupMemory } from "#lib/release-startup-memory";
import { EngineCore } from "./engine-core.ts";
import { createPostingLogger } from "./engine-log.ts";
import type { EngineSettings } from "./engine-settings.ts";
import type { FromWorker } from "#lib/rpc-messages";
import { serveRpc } from "#lib/rpc-server";

assert(parentPort !== null, "the engine's worker was started as a program");
const port = parentPort;
const post = (message: FromWorker): void => port.postMessage(message);
const log = createPostingLogger((detail) => post({ kind: "event", name: "log", detail }));
const core = EngineCore.open(workerData as EngineSettings, log);
// A store that cannot be opened is the answer to `ready`; without a handler of its own the rejection
// would end the thread before the question arrives, and the reason with it.
core.catch(() => undefined);

serveRpc(port, {
  ready: async () => {
    await core;
    // After the answer: nobody has to wait for it.
    setImmediate(releaseStartupMemory);
  },
  applyScrape: async (config: Parameters<EngineCore["applyScrape"]>[0]) =>
    (await core).applyScrape(config),
  reload: async (reload: Parameters<EngineCore["reload"]>[0]) => (await core).reload(reload),
  targets: async () => (await core).targets(),
  stats: async () => (await core).stats(),
  metrics: async () => (await core).metrics(),
  explain: async (params: Parameters<EngineCore["explain"]>[0]) => (await core).explain(params),
  connectQueries: async (line: Parameters<EngineCore["connectQueries"]>[0]) =>
    (await core).connectQueries(line),
  catalogue: async function* (
    request: Parameters<EngineCore["catalogue"]>[0],
    signal: AbortSignal,
  ) {
    yield* (await core).catalogue(request, signal);
  },
  metricMetadata: async (matchers: Parameters<EngineCore["metricMetadata"]>[0]) =>
    (await core).metricMetadata(matchers),
  headStatistics: async (entriesMax: number) => (await core).headStatistics(entriesMax),
  snapshot: async (params: Parameters<EngineCore["snapshot"]>[0], signal: AbortSignal) =>
    (await core).snapshot(params, signal),
  streamSnapshot: async (
    request: Parameters<EngineCore["streamSnapshot"]>[0],
    signal: AbortSignal,
  ) => (await core).streamSnapshot(request, signal),
  exportSamples: async function* (request: Parameters<EngineCore["exportSamples"]>[0]) {
    yield* (await core).exportSamples(request);
  },
  backup: async function* (folder: string, signal: AbortSignal) {
    yield* (await core).backup(folder, signal);
  },
  close: async () => {
    await (await core).close();
    // The answer has to leave before the port, whose closing ends the thread.
    setImmediate(() => port.close());
  },
});
