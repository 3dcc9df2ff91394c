import { parentPort, workerData } from "node:worker_threads";
import { join } from "node:path";
import { rm } from "node:fs/promises";
import { BlockCorruptError } from "../block/block-corrupt-error.ts";
import { blockFileName, type BlockMeta } from "../block/block-meta.ts";
import { BlockReader } from "../block/block-reader.ts";
import { mergeBlocks, type MergeTask } from "./merge-blocks.ts";

/** What the worker answers, once. */
export type MergeReply =
  | { readonly kind: "merged"; readonly child: BlockMeta | null }
  | { readonly kind: "corrupt"; readonly fileName: string; readonly reason: string }
  | { readonly kind: "failed"; readonly message: string };

async function merge(task: MergeTask): Promise<MergeReply> {
  try {
    const child = await mergeBlocks(task);
    if (child !== null) await verify(task.folder, child);
    return { kind: "merged", child };
  } catch (error) {
    if (error instanceof BlockCorruptError) {
      const reason = error.cause instanceof Error ? error.cause.message : error.message;
      return { kind: "corrupt", fileName: error.fileName, reason };
    }
    return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
  }
}

/** The parents are deleted on the word of this: what was written must read back whole. */
async function verify(folder: string, child: BlockMeta): Promise<void> {
  const fileName = blockFileName(child);
  try {
    const reader = new BlockReader(folder, fileName);
    try {
      for (const _ of reader.verify());
    } finally {
      reader.close();
    }
  } catch (error) {
    await rm(join(folder, fileName), { force: true });
    throw new Error(`the merged block does not read back: ${String(error)}`, { cause: error });
  }
}

parentPort?.postMessage(await merge(workerData as MergeTask), []);
