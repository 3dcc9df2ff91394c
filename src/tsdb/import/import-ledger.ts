import { createHash } from "node:crypto";
import { type FileHandle, mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { syncPath } from "../block/block-file-writer.ts";

const PROBED_BYTES = 65_536;

/** The folder in the data folder where imports note what they did. */
export const IMPORTS_FOLDER = "imports";

/** A file that has been imported to the end. */
export interface LedgerEntry {
  readonly samples: number;
  readonly series: number;
  readonly blocks: number;
  readonly finishedMs: number;
}

/**
 * Tells files apart by size, time of change, and a hash of both ends: the same file under another name is
 * the same; a file that has grown is not.
 */
export async function inputIdentity(file: FileHandle): Promise<string> {
  const { size, mtimeMs } = await file.stat();
  const hash = createHash("sha256").update(`${size} ${Math.floor(mtimeMs)} `);
  const probe = Buffer.alloc(PROBED_BYTES);
  for (const position of [0, Math.max(0, size - PROBED_BYTES)]) {
    const { bytesRead } = await file.read(probe, 0, PROBED_BYTES, position);
    hash.update(probe.subarray(0, bytesRead));
  }
  return hash.digest("hex").slice(0, 32);
}

export async function readLedger(
  dataFolder: string,
  identity: string,
): Promise<LedgerEntry | null> {
  try {
    const text = await readFile(join(dataFolder, IMPORTS_FOLDER, `${identity}.json`), "utf8");
    return JSON.parse(text) as LedgerEntry;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** Durable when this resolves. */
export async function writeLedger(
  dataFolder: string,
  identity: string,
  entry: LedgerEntry,
): Promise<void> {
  const folder = join(dataFolder, IMPORTS_FOLDER);
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${identity}.json`);
  const unfinished = `${path}.${process.pid}.tmp`;
  await writeFile(unfinished, JSON.stringify(entry));
  await syncPath(unfinished);
  await rename(unfinished, path);
  await syncPath(folder);
}

/** Opens a file for reading and closes it after `work`. */
export async function withFile<Result>(
  path: string,
  work: (file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const file = await open(path, "r");
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
