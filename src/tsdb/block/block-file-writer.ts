import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { ByteWriter } from "../chunk/byte-writer.ts";
import { RECORD_TABLES, type RecordTable, sealRecord } from "./block-record.ts";
import type { RecordSink } from "./series-index-writer.ts";

/** Blocks below this many bytes get small pages, so that a young store's blocks stay small. */
const SMALL_BLOCK_BYTES_MAX = 2 * 2 ** 20;
const SMALL_PAGE_BYTES = 4096;
/** A page's last bytes stay empty where the next chunk does not fit: large pages lose less. */
const LARGE_PAGE_BYTES = 32768;
const PAGE_CACHE_KIB = 8192;

interface PendingRecord {
  readonly table: RecordTable;
  readonly key: number;
  readonly bytes: Uint8Array;
}

/** The start of the name of a file that is still being written; the writer's process id follows. */
export const UNFINISHED_PREFIX = "unfinished-";

export function unfinishedFileName(id: string): string {
  return `${UNFINISHED_PREFIX}${process.pid}-${id}`;
}

/**
 * Writes records into a new SQLite file under a temporary name. SQLite's journal and syncs are off:
 * until the file is complete, synced and renamed, it does not exist for any reader.
 */
export class BlockFileWriter implements RecordSink {
  readonly record = new ByteWriter(1 << 16);
  /** Sum of the checksums of the records so far, modulo 2^32. */
  checksum = 0;
  readonly #folder: string;
  readonly #path: string;
  #pending: PendingRecord[] = [];
  #pendingBytes = 0;
  #database: DatabaseSync | null = null;
  readonly #inserts = new Map<RecordTable, StatementSync>();

  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.#path = join(folder, unfinishedFileName(id));
  }

  put(table: RecordTable, key: number): void {
    this.checksum = (this.checksum + sealRecord(this.record, table, key)) >>> 0;
    const bytes = this.record.written();
    if (this.#database === null) {
      this.#pending.push({ table, key, bytes: bytes.slice() });
      this.#pendingBytes += bytes.length;
      if (this.#pendingBytes > SMALL_BLOCK_BYTES_MAX) this.#create(LARGE_PAGE_BYTES);
    } else {
      this.#inserts.get(table)?.run(key, bytes);
    }
    this.record.clear();
  }

  #create(pageBytes: number): void {
    const database = new DatabaseSync(this.#path);
    this.#database = database;
    database.exec(
      `PRAGMA page_size = ${pageBytes}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
       PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -${PAGE_CACHE_KIB}; BEGIN`,
    );
    for (const table of RECORD_TABLES) {
      database.exec(`CREATE TABLE ${table} (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT`);
      this.#inserts.set(table, database.prepare(`INSERT INTO ${table} VALUES (?, ?)`));
    }
    for (const { table, key, bytes } of this.#pending) this.#inserts.get(table)?.run(key, bytes);
    this.#pending = [];
  }

  /** Makes the file durable under its final name. */
  async finish(fileName: string): Promise<void> {
    if (this.#database === null) this.#create(SMALL_PAGE_BYTES);
    this.#database?.exec("COMMIT");
    this.#close();
    await syncPath(this.#path);
    await rename(this.#path, join(this.#folder, fileName));
    await syncPath(this.#folder);
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#close();
    await rm(this.#path, { force: true });
  }

  #close(): void {
    this.#inserts.clear();
    this.#database?.close();
    this.#database = null;
  }
}

/** fsync of a file or folder. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
