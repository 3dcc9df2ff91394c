import { MessageChannel, Worker } from "node:worker_threads";
import type { Entitlement, EntitlementExplanation } from "#access";
import type { Matcher, NamedMetadata } from "#model";
import type { Logger } from "#lib/logger";
import { OperatingError } from "#lib/operating-error";
import type { CatalogueRequest, StoreLine } from "#query";
import {
  SnapshotClient,
  type SnapshotReply,
  type SnapshotSource,
  type StreamHead,
} from "#snapshot";
import type { ScrapeConfig, TargetsSnapshot } from "#sources";
import type { CollectedFamilies } from "#telemetry";
import type { HeadStatistics, StoreStats } from "#tsdb";
import type { BackupStep } from "./backup-steps.ts";
import type { ExportRequest } from "./engine-core.ts";
import type { LogRecord } from "./engine-log.ts";
import type { EngineReload, EngineSettings } from "./engine-settings.ts";
import { RpcClient } from "#lib/rpc-client";

/** The engine as the main thread sees it. */
export interface Engine extends AsyncDisposable {
  readonly snapshots: SnapshotSource;
  /** Resolves when the worker has ended, whether it was asked to or not. */
  readonly ended: Promise<{ readonly expected: boolean }>;
  applyScrape(config: ScrapeConfig): Promise<void>;
  reload(reload: EngineReload): Promise<void>;
  targets(): Promise<TargetsSnapshot>;
  stats(): Promise<StoreStats>;
  metrics(): Promise<CollectedFamilies>;
  /** `proposed` left out: explains the present rule alone. */
  explain(
    current: Entitlement | null,
    proposed?: Entitlement | null,
  ): Promise<EntitlementExplanation>;
  /** A line to the store for one more query thread. */
  openStoreLine(): Promise<StoreLine>;
  /** What series there are; the body of the answer in Prometheus' envelope. */
  catalogue(request: CatalogueRequest, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** What targets said of the metrics of all series for which the matchers hold. */
  metricMetadata(matchers: readonly Matcher[]): Promise<readonly NamedMetadata[]>;
  /** Of what is in memory; `entriesMax` bounds each list. */
  headStatistics(entriesMax: number): Promise<HeadStatistics>;
  /** Copies the whole data folder consistently, while everything goes on. */
  backup(folder: string, signal: AbortSignal): AsyncIterable<BackupStep>;
  /** Samples as stored, with their times. Leaving the loop, or aborting, ends the work. */
  exportSamples(
    request: ExportRequest,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array<ArrayBuffer>>;
}

/**
 * Young objects that survive are few here: samples live in typed arrays. A small nursery keeps the
 * thread's resident memory down without costing collections that matter.
 */
const NURSERY_MB = 8;
const HEAP_MB_MAX = 8192;

/** Starts the worker and waits until the store is open; fails with the store's own error. */
export async function startEngine(settings: EngineSettings, log: Logger): Promise<Engine> {
  const worker = startWorker(settings);
  const rpc = new RpcClient(worker, (name, detail) => {
    if (name === "log") writeRecord(log, detail as LogRecord);
  });
  worker.on("error", (error) => log.fatal({ error }, "the engine failed"));
  let expected = false;
  const ended = new Promise<{ expected: boolean }>((done) => {
    worker.once("exit", (code) => {
      rpc.abandon(new OperatingError("engine_gone", `The engine has stopped (exit code ${code}).`));
      done({ expected });
    });
  });
  try {
    await rpc.call("ready", null);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  const snapshots = new SnapshotClient({
    answer: (request, ifVersion, signal) =>
      rpc.call<SnapshotReply>("snapshot", { request, ifVersion }, { signal }),
    async answerStream(request, signal) {
      const { head, chunks } = await rpc.open<StreamHead>("streamSnapshot", request, signal);
      if (head.kind === "streamed") return { ...head, chunks };
      await chunks.return?.();
      return head;
    },
  });
  return {
    snapshots,
    ended,
    applyScrape: (config) => rpc.call("applyScrape", config),
    reload: (reload) => rpc.call("reload", reload),
    targets: () => rpc.call("targets", null),
    stats: () => rpc.call("stats", null),
    metrics: () => rpc.call("metrics", null),
    explain: (current, proposed) => rpc.call("explain", { current, proposed }),
    async openStoreLine() {
      const { port1, port2 } = new MessageChannel();
      const bell = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      const line: StoreLine = { port: port2, bell };
      await rpc.call("connectQueries", line, { transfer: [port2] });
      return { port: port1, bell };
    },
    catalogue: (request, signal) => rpc.stream("catalogue", request, signal),
    metricMetadata: (matchers) => rpc.call("metricMetadata", matchers),
    headStatistics: (entriesMax) => rpc.call("headStatistics", entriesMax),
    backup: (folder, signal) => parsed(rpc.stream("backup", folder, signal)),
    exportSamples: (request, signal) => rpc.stream("exportSamples", request, signal),
    async [Symbol.asyncDispose]() {
      expected = true;
      snapshots.close();
      // An engine that has ended by itself has nothing left to close.
      if (rpc.isAbandoned) return;
      try {
        await rpc.call("close", null);
        await ended;
      } finally {
        // A thread whose close failed would keep the process alive.
        await worker.terminate();
      }
    },
  };
}

function startWorker(settings: EngineSettings): Worker {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = new URL(isSource ? "./engine-worker.ts" : "./engine-worker.js", import.meta.url);
  return new Worker(entry, {
    workerData: settings,
    execArgv: isSource ? ["--conditions=source"] : [],
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY_MB, maxOldGenerationSizeMb: HEAP_MB_MAX },
  });
}

async function* parsed(lines: AsyncIterable<Uint8Array>): AsyncGenerator<BackupStep> {
  for await (const line of lines) yield JSON.parse(Buffer.from(line).toString()) as BackupStep;
}

function writeRecord(log: Logger, { level, fields, message }: LogRecord): void {
  log[level](fields, message);
}
