import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { unfinishedFileName } from "../block/block-file-writer.ts";
import type { MergeReply } from "./compact-worker.ts";
import type { MergeTask } from "./merge-blocks.ts";

const fromSource = import.meta.url.endsWith(".ts");
const WORKER_URL = new URL(
  fromSource ? "./compact-worker.ts" : "./compact-worker.js",
  import.meta.url,
);
/** A merge holds one series at a time and an index of the result. */
const HEAP_MIB_MAX = 1024;

/**
 * Merges in a thread of its own: files in, a file out, so that ingest and queries never wait. When
 * `signal` aborts, the thread is stopped and its unfinished file removed.
 */
export async function mergeInWorker(task: MergeTask, signal: AbortSignal): Promise<MergeReply> {
  const worker = new Worker(WORKER_URL, {
    workerData: task,
    execArgv: fromSource ? ["--conditions=source"] : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const exited = once(worker, "exit");
  const replies: MergeReply[] = [];
  worker.once("message", (message: MergeReply) => replies.push(message));
  worker.once("error", (error) => {
    replies.push({
      kind: "failed",
      message: error instanceof Error ? error.message : String(error),
    });
  });
  const stop = (): void => void worker.terminate();
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  await exited;
  signal.removeEventListener("abort", stop);
  const reply = replies[0] ?? { kind: "failed", message: "the compaction thread ended by itself" };
  if (reply.kind !== "merged") {
    await rm(join(task.folder, unfinishedFileName(task.id)), { force: true });
  }
  return reply;
}
