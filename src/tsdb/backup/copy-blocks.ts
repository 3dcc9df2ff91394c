import { constants, readdirSync } from "node:fs";
import { copyFile, link, rm } from "node:fs/promises";
import { join } from "node:path";
import { BlockCorruptError } from "../block/block-corrupt-error.ts";
import { syncPath } from "../block/block-file-writer.ts";
import { blockIdOf } from "../block/block-meta.ts";
import { BlockReader } from "../block/block-reader.ts";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import { BackupUnsettledError } from "./backup-errors.ts";

/** Cuts and merges come minutes apart; more rounds than this means that something is very busy. */
const ROUNDS_MAX = 20;

export interface CopiedBlocks {
  readonly blocks: number;
  readonly bytes: number;
  /** Files that were damaged at the source and are left out. */
  readonly damaged: readonly string[];
}

/**
 * Copies block files while the store goes on cutting, merging and deleting. Block files never change, so
 * each is a hard link where the file system allows. Merging replaces files: the folder is listed
 * again until a listing holds nothing new twice in a row; what has left the folder by then (its
 * samples are in the merged block, or too old) leaves the copy.
 */
export async function copyBlocks(
  source: string,
  target: string,
  onBlock: (done: number, total: number) => void,
): Promise<CopiedBlocks> {
  const copied = new Map<string, number>();
  const damaged = new Set<string>();
  let before = "";
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const names = readdirSync(source).filter((name) => blockIdOf(name) !== null);
    const listing = names.toSorted().join("\n");
    const missing = names.filter((name) => !copied.has(name) && !damaged.has(name));
    if (missing.length === 0 && listing === before) {
      await removeLeftOut(target, copied, names);
      const bytes = Array.from(copied.values()).reduce((sum, size) => sum + size, 0);
      return { blocks: copied.size, bytes, damaged: Array.from(damaged) };
    }
    before = listing;
    for (const name of missing) {
      const outcome = await copyBlock(source, target, name);
      if (outcome === "damaged") damaged.add(name);
      else if (outcome !== "gone") copied.set(name, outcome);
      onBlock(copied.size, names.length);
    }
  }
  throw new BackupUnsettledError(ROUNDS_MAX);
}

/** The size of the copy, after it has been read from end to end. */
async function copyBlock(
  source: string,
  target: string,
  name: string,
): Promise<number | "gone" | "damaged"> {
  const path = join(target, name);
  try {
    await link(join(source, name), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    try {
      await copyFile(join(source, name), path, constants.COPYFILE_FICLONE);
    } catch (copyError) {
      if ((copyError as NodeJS.ErrnoException).code === "ENOENT") return "gone";
      throw copyError;
    }
    await syncPath(path);
  }
  try {
    return await verified(target, name);
  } catch (error) {
    if (!(error instanceof BlockCorruptError)) throw error;
    await rm(path, { force: true });
    return "damaged";
  }
}

async function verified(folder: string, name: string): Promise<number> {
  const reader = new BlockReader(folder, name);
  const turns = new EventLoopTurns();
  try {
    for (const _ of reader.verify()) if (turns.due()) await turns.pass();
    return reader.info.sizeBytes;
  } finally {
    reader.close();
  }
}

async function removeLeftOut(
  target: string,
  copied: Map<string, number>,
  names: readonly string[],
): Promise<void> {
  const kept = new Set(names);
  for (const name of Array.from(copied.keys())) {
    if (kept.has(name)) continue;
    copied.delete(name);
    await rm(join(target, name), { force: true });
  }
}
