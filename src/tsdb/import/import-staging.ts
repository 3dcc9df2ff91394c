import { rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { SampleColumns } from "#model";
import { ByteReader } from "../chunk/byte-reader.ts";
import { ByteWriter } from "../chunk/byte-writer.ts";
import { decodeTimeColumn, encodeTimeColumn } from "../chunk/time-column.ts";
import { decodeValueColumn, encodeValueColumn } from "../chunk/value-column.ts";
import { ImportRunningError } from "./import-errors.ts";

const SQLITE_BUSY = 5;
const SCHEMA = `
CREATE TABLE IF NOT EXISTS progress (one INTEGER PRIMARY KEY, samples INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS run (
  range INTEGER, token INTEGER, number INTEGER, data BLOB NOT NULL, PRIMARY KEY (range, token, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (
  range INTEGER PRIMARY KEY, id TEXT NOT NULL, done INTEGER NOT NULL
) STRICT;
`;

/**
 * What an import has done so far, in a SQLite file of its own that lives until the import is complete.
 * Samples that do not fit into memory lie here compressed, in one transaction with how many samples of
 * the file that covers: after a kill each sample is either here or still to be read, never both.
 */
export class ImportStaging {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #record = new ByteWriter();
  #runs = 0;

  /** `file` is named in the error when another process holds the staging file. */
  constructor(path: string, file: string) {
    this.#path = path;
    this.#database = new DatabaseSync(path, { timeout: 0 });
    try {
      this.#database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE");
      this.#database.exec(`BEGIN EXCLUSIVE; ${SCHEMA} COMMIT`);
    } catch (error) {
      this.#database.close();
      if ((error as { errcode?: number }).errcode === SQLITE_BUSY)
        throw new ImportRunningError(file);
      throw error;
    }
    this.#runs = this.#number("SELECT coalesce(max(number), 0) AS n FROM run");
  }

  #number(sql: string): number {
    return Number(this.#database.prepare(sql).get()?.["n"] ?? 0);
  }

  /** How many samples from the start of the file are held here. */
  get samples(): number {
    return this.#number("SELECT samples AS n FROM progress");
  }

  get hasRuns(): boolean {
    return this.#number("SELECT EXISTS (SELECT 1 FROM run) AS n") === 1;
  }

  /** Block ranges that have samples here, rising. */
  ranges(): number[] {
    const rows = this.#database.prepare("SELECT DISTINCT range AS n FROM run ORDER BY range").all();
    return rows.map((row) => Number(row["n"]));
  }

  /** Runs `work`, which calls `addRun`, and notes that the file is covered up to `samples`. */
  spill(samples: number, work: () => void): void {
    this.#database.exec("BEGIN");
    try {
      work();
      this.#database
        .prepare("INSERT OR REPLACE INTO progress (one, samples) VALUES (1, ?)")
        .run(samples);
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  addRun(range: number, token: number, samples: SampleColumns): void {
    this.#insert ??= this.#database.prepare("INSERT INTO run VALUES (?, ?, ?, ?)");
    this.#record.clear();
    encodeTimeColumn(samples.timestampsMs, samples.length, this.#record);
    encodeValueColumn(samples.values, samples.length, this.#record);
    // Unpacking looks up to four bytes past the end.
    this.#record.writeUint32(0);
    this.#insert.run(range, token, ++this.#runs, this.#record.written());
  }
  #insert: ReturnType<DatabaseSync["prepare"]> | null = null;

  /** Appends all runs of a series in a range, in the order in which they were added. */
  readRuns(range: number, token: number, into: SampleColumns): void {
    this.#select ??= this.#database.prepare(
      "SELECT data FROM run WHERE range = ? AND token = ? ORDER BY number",
    );
    for (const row of this.#select.iterate(range, token)) {
      const data = row["data"] as Uint8Array;
      const reader = new ByteReader(data, 0, data.length - 4);
      const timestampsMs = decodeTimeColumn(reader);
      const count = timestampsMs.length;
      into.reserve(count);
      into.timestampsMs.set(timestampsMs, into.length);
      decodeValueColumn(reader, { count, from: 0, to: count }, into.values, into.length);
      into.length += count;
    }
  }
  #select: ReturnType<DatabaseSync["prepare"]> | null = null;

  /** The id noted for the range's block before it was written, and whether it is known to be complete. */
  plannedBlock(range: number): { id: string; done: boolean } | null {
    const row = this.#database.prepare("SELECT id, done FROM block WHERE range = ?").get(range);
    return row === undefined ? null : { id: String(row["id"]), done: Number(row["done"]) === 1 };
  }

  noteBlock(range: number, id: string, done: boolean): void {
    this.#database
      .prepare("INSERT OR REPLACE INTO block (range, id, done) VALUES (?, ?, ?)")
      .run(range, id, done ? 1 : 0);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** The import is complete. */
  remove(): void {
    this.close();
    for (const suffix of ["", "-journal"]) rmSync(this.#path + suffix, { force: true });
  }
}
