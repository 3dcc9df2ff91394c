import { makeFolder } from "#lib/make-folder";
import { join } from "node:path";
import type { Clock } from "#lib/clock";
import { BLOCK_SET_DEFAULTS, type BlockSetOptions } from "../block/block-set-options.ts";
import { openBlockSet } from "../block/block-set.ts";
import { Head } from "../head/head.ts";
import { lockFolder } from "../wal/folder-lock.ts";
import { HeadDatabase, sqliteCode } from "../wal/head-database.ts";
import { DamagedLogError, replay, type Replayed } from "../wal/replay.ts";
import { countLostCommits } from "../wal/lost-commits.ts";
import { finishSalvage, keepDamagedWal, salvageHead } from "../wal/salvage.ts";
import type { StoreObserver } from "./store-events.ts";
import { STORE_DEFAULTS, type StoreOptions } from "./store-options.ts";
import { Store } from "./store.ts";

export interface OpenStore {
  /** The data folder; made if absent. */
  readonly path: string;
  readonly clock: Clock;
  /** What is left out has its default. */
  readonly options?: Partial<StoreOptions>;
  readonly blockOptions?: Partial<BlockSetOptions>;
  readonly observer?: StoreObserver;
}

/**
 * Opens a data folder and brings the head back. Fails with `data_folder_locked` or
 * `data_folder_newer`; damage is repaired and reported as `head_salvaged`.
 */
export async function openStore(settings: OpenStore): Promise<Store> {
  const { path, clock } = settings;
  const options = { ...STORE_DEFAULTS, ...settings.options };
  const blockOptions = { ...BLOCK_SET_DEFAULTS, ...settings.blockOptions };
  const observer = settings.observer ?? (() => {});
  makeFolder(path);
  const lock = lockFolder(path);
  try {
    const startMs = clock.monotonicMs();
    finishSalvage(path);
    const commits = countLostCommits(join(path, "head.db-wal"));
    if (commits > 0) {
      const quarantined = keepDamagedWal(path);
      observer({ kind: "commits_lost", code: "head_corrupt", commits, quarantined });
    }
    const opened = openHead(path, options, clock, observer);
    const blocks = await openBlockSet({
      folder: join(path, "blocks"),
      clock,
      options: blockOptions,
      observer,
    });
    const { series, samples, orphanedSamples, nextSeq } = opened.replayed;
    const durationMs = clock.monotonicMs() - startMs;
    observer({ kind: "opened", series, samples, orphanedSamples, durationMs });
    const parts = { path, clock, options, blockOptions, observer, blocks, nextSeq, lock };
    return new Store({ ...parts, ...opened });
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

interface OpenedHead {
  readonly database: HeadDatabase;
  readonly head: Head;
  readonly replayed: Replayed;
}

function openHead(
  path: string,
  options: StoreOptions,
  clock: Clock,
  observer: StoreObserver,
): OpenedHead {
  try {
    return readHead(path, options, clock);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const salvaged = salvageHead(path);
    observer({ kind: "head_salvaged", code: "head_corrupt", ...salvaged });
    return readHead(path, options, clock);
  }
}

function readHead(path: string, options: StoreOptions, clock: Clock): OpenedHead {
  const database = new HeadDatabase(join(path, "head.db"));
  try {
    const head = new Head(options);
    return { database, head, replayed: replay(database, head, clock.nowMs()) };
  } catch (error) {
    database.close();
    throw error;
  }
}

// https://sqlite.org/rescode.html
const SQLITE_ERROR = 1;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  // A missing table or column is an overwritten schema: no statement of ours is wrong otherwise.
  return (
    error instanceof DamagedLogError ||
    code === SQLITE_CORRUPT ||
    code === SQLITE_NOTADB ||
    code === SQLITE_ERROR
  );
}
