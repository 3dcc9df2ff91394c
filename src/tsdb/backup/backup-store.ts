import { existsSync, readdirSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { syncPath } from "../block/block-file-writer.ts";
import { IMPORTS_FOLDER } from "../import/import-ledger.ts";
import { BackupNoStoreError, BackupTargetNotEmptyError } from "./backup-errors.ts";
import { copyBlocks, type CopiedBlocks } from "./copy-blocks.ts";
import { copyDatabase } from "./copy-database.ts";

/**
 * A consistent copy of a data folder while the store in it works.
 *
 * The head goes first, then the blocks. Samples only ever move from the head into blocks, and a block
 * is durable before the head forgets: whatever leaves the head after its copy was taken is either
 * in that copy already or in a block that is copied later, or in both, which counts once.
 *
 * The copy is made in a folder beside the target and renamed in the end, so a target that exists is whole.
 */
export interface BackupOptions {
  readonly dataFolder: string;
  /** Must not exist, or be empty. */
  readonly targetFolder: string;
  /**
   * Writes a consistent `head.db` into the folder. Needed where the store is open: it holds the file
   * for itself. Left out, the file is read directly.
   */
  readonly copyHead?: (folder: string) => Promise<void>;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BackupProgress {
  /** `head.db`, `access.db`, or `blocks`. */
  readonly item: string;
  /** Pages of a database, or blocks. */
  readonly done: number;
  readonly total: number;
}

export interface BackupOutcome extends CopiedBlocks {
  readonly databases: readonly string[];
}

const HEAD_FILE = "head.db";

export async function backupStore(options: BackupOptions): Promise<BackupOutcome> {
  const { dataFolder } = options;
  const target = resolve(options.targetFolder);
  const blocksFolder = join(dataFolder, "blocks");
  if (!existsSync(join(dataFolder, HEAD_FILE)) && !existsSync(blocksFolder)) {
    throw new BackupNoStoreError(dataFolder);
  }
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new BackupTargetNotEmptyError(options.targetFolder);
  }
  await mkdir(dirname(target), { recursive: true });
  const unfinished = await mkdtemp(`${target}.unfinished-`);
  try {
    const databases = await copyDatabases(options, unfinished);
    const blocks = await copyBlockFolder(options, blocksFolder, join(unfinished, "blocks"));
    await copyImportNotes(dataFolder, unfinished);
    await syncPath(unfinished);
    await rename(unfinished, target);
    await syncPath(dirname(target));
    return { ...blocks, databases };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function copyDatabases(options: BackupOptions, target: string): Promise<string[]> {
  const { dataFolder, copyHead, onProgress } = options;
  const found = (await readdir(dataFolder)).filter((name) => name.endsWith(".db"));
  const names = found.toSorted((a, b) => Number(b === HEAD_FILE) - Number(a === HEAD_FILE));
  for (const name of names) {
    options.signal?.throwIfAborted();
    if (name === HEAD_FILE && copyHead !== undefined) {
      await copyHead(target);
    } else {
      await copyDatabase(join(dataFolder, name), join(target, name), (done, total) => {
        options.signal?.throwIfAborted();
        onProgress?.({ item: name, done, total });
      });
    }
    await syncPath(join(target, name));
  }
  return names;
}

async function copyBlockFolder(
  options: BackupOptions,
  source: string,
  target: string,
): Promise<CopiedBlocks> {
  await mkdir(target, { recursive: true });
  if (!existsSync(source)) return { blocks: 0, bytes: 0, damaged: [] };
  const outcome = await copyBlocks(source, target, (done, total) => {
    options.signal?.throwIfAborted();
    options.onProgress?.({ item: "blocks", done, total });
  });
  await syncPath(target);
  return outcome;
}

/** So that the copy, too, knows which files have been imported. */
async function copyImportNotes(dataFolder: string, target: string): Promise<void> {
  const source = join(dataFolder, IMPORTS_FOLDER);
  if (!existsSync(source)) return;
  const folder = join(target, IMPORTS_FOLDER);
  await mkdir(folder);
  for (const name of await readdir(source)) {
    if (name.endsWith(".json")) await copyFile(join(source, name), join(folder, name));
  }
}
