/**
 * A query's thread: parses, evaluates and renders one query at a time. It knows nothing of requests
 * and holds no data; series come from the store's thread, already within what the query may see.
 * Evaluation is synchronous, so whoever wants a query to stop says so in shared memory.
 */
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#lib/assert";
import { Opened, serveRpc } from "#lib/rpc-server";
import { renderResult } from "#results";
import type { QueryHead, QueryRequest } from "./query-request.ts";
import { QueryTimings, statsOf } from "./query-timings.ts";
import type { QuerySettings } from "./query-settings.ts";
import { checkResultSize } from "./result-size.ts";
import { runQuery } from "./run-query.ts";
import type { StoreLine } from "./selection/messages.ts";
import { RemoteStorage } from "./selection/remote-storage.ts";
import { STOP_CANCELED, stopError } from "./stop-word.ts";

export interface QueryWorkerData {
  readonly store: StoreLine;
  /** One 32-bit word: see stop-word.ts. */
  readonly stop: SharedArrayBuffer;
  readonly settings: QuerySettings;
}

assert(parentPort !== null, "the query worker was started as a program");
const { store, stop, settings } = workerData as QueryWorkerData;
const stopWord = new Int32Array(stop);
let deadlineMs = Infinity;

function stopReason(): "canceled" | "timeout" | null {
  if (Atomics.load(stopWord, 0) === STOP_CANCELED) return "canceled";
  return performance.now() > deadlineMs ? "timeout" : null;
}

const storage = new RemoteStorage(store, settings.seriesMax, () => {
  const reason = stopReason();
  if (reason !== null) throw stopError(reason);
});

serveRpc(parentPort, {
  async query(request: QueryRequest) {
    deadlineMs = performance.now() + request.timeoutMs;
    try {
      const viewed = storage.viewedAs(request.view);
      const timings = new QueryTimings();
      const running = { storage: viewed, stopReason, observer: timings };
      const result = await runQuery(request, settings, running);
      checkResultSize(result, settings.resultBytesMax);
      const head: QueryHead = { samplesRead: storage.samplesRead };
      const chunks = renderResult(result, request.style, {
        query: request.text,
        seriesMax: request.seriesMax,
        ...(request.statistics === "none"
          ? {}
          : { stats: () => statsOf(result, timings, request.queuedMs) }),
      });
      return new Opened(head, asynchronous(chunks));
    } finally {
      storage.release();
    }
  },
});

async function* asynchronous<Chunk>(chunks: Iterable<Chunk>): AsyncGenerator<Chunk> {
  yield* chunks;
}
