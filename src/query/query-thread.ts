import { Worker } from "node:worker_threads";
import { OperatingError } from "#lib/operating-error";
import { RpcClient } from "#lib/rpc-client";
import { STOP_GRACE_MS } from "./limits.ts";
import type { QueryAnswer, QueryHead, QueryRequest } from "./query-request.ts";
import type { QuerySettings } from "./query-settings.ts";
import type { QueryWorkerData } from "./query-worker.ts";
import type { StoreLine } from "./selection/messages.ts";
import { STOP_CANCELED, stopError } from "./stop-word.ts";

/** One thread for queries, as the main thread sees it. Runs one query at a time. */
export class QueryThread {
  readonly #worker: Worker;
  readonly #rpc: RpcClient;
  readonly #stop: Int32Array;
  #isGone = false;

  constructor(store: StoreLine, settings: QuerySettings) {
    const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#stop = new Int32Array(stop);
    const isSource = import.meta.url.endsWith(".ts");
    const entry = new URL(isSource ? "./query-worker.ts" : "./query-worker.js", import.meta.url);
    this.#worker = new Worker(entry, {
      workerData: { store, stop, settings } satisfies QueryWorkerData,
      transferList: [store.port],
      execArgv: isSource ? ["--conditions=source"] : [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    this.#rpc = new RpcClient(this.#worker, () => undefined);
    let reason = "";
    this.#worker.on("error", (error) => (reason = `: ${error.message}`));
    this.#worker.once("exit", () => {
      this.#isGone = true;
      const message = `The query's thread has ended${reason}.`;
      this.#rpc.abandon(new OperatingError("query_thread_gone", message));
    });
    // Threads are waited for where they must be; an idle one shall not keep the process.
    this.#worker.unref();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /**
   * Resolves when the query is evaluated; its bytes come as they are read. Settles only when the
   * thread has finished or is ended, so that it is free for the next query then.
   */
  async run(request: QueryRequest, signal: AbortSignal): Promise<QueryAnswer> {
    Atomics.store(this.#stop, 0, 0);
    const overdue = Promise.withResolvers<never>();
    // A loop that never asks whether to stop would hold the thread for ever.
    const endAfter = (delayMs: number, reason: "canceled" | "timeout"): NodeJS.Timeout =>
      setTimeout(() => {
        void this.end();
        overdue.reject(stopError(reason));
      }, delayMs);
    const timers = [endAfter(request.timeoutMs + STOP_GRACE_MS, "timeout")];
    const cancel = (): void => {
      Atomics.store(this.#stop, 0, STOP_CANCELED);
      timers.push(endAfter(STOP_GRACE_MS, "canceled"));
    };
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      const opened = this.#rpc.open<QueryHead>("query", request, NEVER);
      return await Promise.race([opened, overdue.promise]);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  async end(): Promise<void> {
    this.#isGone = true;
    await this.#worker.terminate();
  }
}

const HEAP_MB_MAX = 4096;
/** Queries are stopped through shared memory, not by canceling the call. */
const NEVER = new AbortController().signal;
