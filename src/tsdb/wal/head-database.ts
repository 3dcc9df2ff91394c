import { crc32 } from "node:zlib";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { OperatingError } from "#lib/operating-error";
import { DataFolderNewerError, StorageFailedError, StorageFullError } from "../errors.ts";

/**
 * The log as a SQLite file: definitions of series and rows of batches, each with a CRC-32 of ours,
 * since SQLite keeps no checksum of its pages. A commit is whole or absent, whatever kills the
 * process, and `synchronous = FULL` makes it survive the loss of power. Drawn in
 * docs/formats/wal.md.
 */
const HEAD_FORMAT_VERSION = 2;

const SCHEMA = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE definition (seq INTEGER PRIMARY KEY, crc INTEGER NOT NULL, payload BLOB NOT NULL);
  CREATE TABLE wal (seq INTEGER PRIMARY KEY, min_ms INTEGER NOT NULL, max_ms INTEGER NOT NULL,
    crc INTEGER NOT NULL, payload BLOB NOT NULL);
  CREATE TABLE cut (min_ms INTEGER NOT NULL, end_ms INTEGER NOT NULL, seq INTEGER NOT NULL);
  INSERT INTO meta VALUES ('format_version', '${HEAD_FORMAT_VERSION}');
`;

/** Batches that are committed together. */
export interface LogRow {
  readonly seq: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly payload: Uint8Array;
  /** Series that the row is the first to use. */
  readonly definitions: Uint8Array | null;
}

/** Samples from `minMs` up to `endMs` in rows up to `seq` lie in blocks. */
export interface CutMark {
  readonly minMs: number;
  readonly endMs: number;
  readonly seq: number;
}

/** A row as it lies in the file; `intact` says whether its CRC holds. */
export interface StoredRow {
  readonly seq: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly payload: Uint8Array;
  readonly intact: boolean;
}

export class HeadDatabase {
  readonly #database: DatabaseSync;
  readonly #insertRow: StatementSync;
  readonly #insertDefinition: StatementSync;

  /** Opens or makes the file. Throws SQLite's error where it is damaged. */
  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    try {
      prepareFile(this.#database, file);
      this.#insertRow = this.#database.prepare("INSERT OR REPLACE INTO wal VALUES (?, ?, ?, ?, ?)");
      this.#insertDefinition = this.#database.prepare(
        "INSERT OR REPLACE INTO definition VALUES (?, ?, ?)",
      );
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** For SQLite's online backup. */
  get connection(): DatabaseSync {
    return this.#database;
  }

  /** All rows or none; throws `storage_full` or `storage_failed`. */
  write(rows: readonly LogRow[]): void {
    this.#transaction(() => {
      for (const { seq, minMs, maxMs, payload, definitions } of rows) {
        if (definitions !== null) this.#putDefinition(seq, definitions);
        this.#insertRow.run(seq, minMs, maxMs, rowChecksum(seq, minMs, maxMs, payload), payload);
      }
    });
  }

  /** Definition records by themselves; for salvage. */
  putDefinitions(records: readonly { readonly seq: number; readonly payload: Uint8Array }[]): void {
    this.#transaction(() => {
      for (const { seq, payload } of records) this.#putDefinition(seq, payload);
    });
  }

  /**
   * Whether SQLite finds its pages in order. The checksums tell of what is in a row, this of rows that
   * are out of reach; it costs 0.3 ms a megabyte.
   */
  isSound(): boolean {
    return this.#database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] === "ok";
  }

  /**
   * Notes that ranges have become blocks and deletes the rows that are not needed any more: those
   * wholly within a cut range, and all before `neededSeq`.
   */
  recordCut(marks: readonly CutMark[], neededSeq: number): void {
    const mark = this.#database.prepare("INSERT INTO cut VALUES (?, ?, ?)");
    const within = this.#database.prepare(
      "DELETE FROM wal WHERE seq <= ? AND min_ms >= ? AND max_ms < ?",
    );
    this.#transaction(() => {
      for (const { minMs, endMs, seq } of marks) {
        mark.run(minMs, endMs, seq);
        within.run(seq, minMs, endMs);
      }
      this.#database.prepare("DELETE FROM wal WHERE seq < ?").run(neededSeq);
      this.#database.exec(
        "DELETE FROM cut WHERE seq < (SELECT coalesce(min(seq), 9223372036854775807) FROM wal)",
      );
    });
  }

  /** Puts one definition record in the place of all up to `seq`; 0 rows if `payloads` is empty. */
  replaceDefinitions(payloads: readonly Uint8Array[], seq: number): void {
    this.#transaction(() => {
      this.#database.prepare("DELETE FROM definition WHERE seq <= ?").run(seq);
      // Counting down: they come before every later record, in any order among themselves.
      let at = seq;
      for (const payload of payloads) this.#putDefinition(at--, payload);
    });
  }

  cuts(): readonly CutMark[] {
    const rows = this.#database.prepare("SELECT min_ms, end_ms, seq FROM cut").all();
    return rows.map((row) => ({
      minMs: Number(row["min_ms"]),
      endMs: Number(row["end_ms"]),
      seq: Number(row["seq"]),
    }));
  }

  *definitions(): Generator<StoredRow> {
    const rows = this.#database.prepare("SELECT seq, crc, payload FROM definition ORDER BY seq");
    for (const row of rows.iterate()) yield storedRow(row);
  }

  *rows(): Generator<StoredRow> {
    const rows = this.#database.prepare(
      "SELECT seq, min_ms, max_ms, crc, payload FROM wal ORDER BY seq",
    );
    for (const row of rows.iterate()) yield storedRow(row);
  }

  /** Bytes of the file that are in use. */
  usedBytes(): number {
    const pages = this.#pragma("page_count") - this.#pragma("freelist_count");
    return pages * this.#pragma("page_size");
  }

  /** For tests of a full disk. */
  limitPages(pagesMax: number): void {
    this.#database.exec(`PRAGMA max_page_count = ${pagesMax}`);
  }

  close(): void {
    this.#database.close();
  }

  #pragma(name: string): number {
    return Number(this.#database.prepare(`PRAGMA ${name}`).get()?.[name]);
  }

  #putDefinition(seq: number, payload: Uint8Array): void {
    this.#insertDefinition.run(seq, rowChecksum(seq, 0, 0, payload), payload);
  }

  #transaction(work: () => void): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      throw storageError(error);
    }
  }

  #rollBack(): void {
    // A full disk makes SQLite roll back by itself; then there is nothing to do.
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }
}

function prepareFile(database: DatabaseSync, file: string): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA wal_autocheckpoint = 4000");
  const tables = database.prepare("SELECT count(*) AS n FROM sqlite_schema").get();
  if (Number(tables?.["n"]) === 0) {
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    return;
  }
  const found = database.prepare("SELECT value FROM meta WHERE key = 'format_version'").get();
  const version = String(found?.["value"]);
  if (Number(version) > HEAD_FORMAT_VERSION) {
    throw new DataFolderNewerError(file, version, HEAD_FORMAT_VERSION);
  }
  // Rows of the earlier version stay as they are; those to come are not for its programs.
  database
    .prepare("UPDATE meta SET value = ? WHERE key = 'format_version'")
    .run(String(HEAD_FORMAT_VERSION));
}

/** A row of a table as SQLite gives it; `definition` has no times. */
export function storedRow(row: Record<string, unknown>): StoredRow {
  const seq = Number(row["seq"]);
  const minMs = Number(row["min_ms"] ?? 0);
  const maxMs = Number(row["max_ms"] ?? 0);
  const payload = row["payload"];
  const intact =
    payload instanceof Uint8Array && rowChecksum(seq, minMs, maxMs, payload) === Number(row["crc"]);
  return { seq, minMs, maxMs, payload: intact ? payload : new Uint8Array(0), intact };
}

/** Over the row's numbers (as float64, little-endian) and then its payload. */
function rowChecksum(seq: number, minMs: number, maxMs: number, payload: Uint8Array): number {
  return crc32(payload, crc32(new Uint8Array(Float64Array.of(seq, minMs, maxMs).buffer)));
}

// https://sqlite.org/rescode.html
const SQLITE_FULL = 13;

function storageError(error: unknown): OperatingError {
  if (error instanceof OperatingError) return error;
  const code = sqliteCode(error);
  if (code === SQLITE_FULL) return new StorageFullError("the disk is full", { cause: error });
  const detail = error instanceof Error ? error.message : String(error);
  return new StorageFailedError(detail, { cause: error });
}

/** SQLite's primary result code, or 0 for other errors. */
export function sqliteCode(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error)) return 0;
  return Number(error.errcode) & 0xff;
}
