import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { ByteReader } from "../chunk/byte-reader.ts";
import { openRecord, RECORD_TABLES, type RecordTable } from "./block-record.ts";

const SQLITE_MAGIC = "SQLite format 3\0";
const HEADER_BYTES = 100;
const READ_CACHE_KIB = 512;

/** Throws a RangeError unless the file begins as SQLite does and is as long as its header says. */
function checkFileHeader(path: string): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) {
      throw new RangeError(`file of ${size} bytes is too short`);
    }
    if (header.toString("latin1", 0, 16) !== SQLITE_MAGIC) throw new RangeError("wrong magic");
    const stored = header.readUInt16BE(16);
    const expected = (stored === 1 ? 65536 : stored) * header.readUInt32BE(28);
    if (size !== expected) throw new RangeError(`file of ${size} bytes, should be ${expected}`);
    return size;
  } finally {
    closeSync(file);
  }
}

/**
 * The records of a block file, checked one by one as they are read. Opened as immutable: no locks, no
 * journal, and never a write. Not memory-mapped, because a damaged disk would then kill the process.
 */
export class BlockFile {
  readonly sizeBytes: number;
  readonly #database: DatabaseSync;
  readonly #gets = new Map<RecordTable, StatementSync>();

  constructor(path: string) {
    this.sizeBytes = checkFileHeader(path);
    const url = pathToFileURL(path);
    url.search = "?immutable=1&mode=ro";
    this.#database = new DatabaseSync(url, { readOnly: true });
    try {
      this.#database.exec(
        `PRAGMA cache_size = -${READ_CACHE_KIB}; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF`,
      );
      for (const table of RECORD_TABLES) {
        const statement = this.#database.prepare(`SELECT data FROM ${table} WHERE key = ?`);
        statement.setReturnArrays(true);
        this.#gets.set(table, statement);
      }
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The record, its checksum verified. Throws where it is missing or damaged. */
  read(table: RecordTable, key: number): ByteReader {
    const row = this.#gets.get(table)?.get(key) as unknown as readonly unknown[] | undefined;
    const bytes = row?.[0];
    if (!(bytes instanceof Uint8Array)) throw new RangeError(`record ${table} ${key} is missing`);
    return openRecord(bytes, table, key);
  }

  /** How many records a table has, by its index alone. */
  count(table: RecordTable): number {
    const row = this.#database.prepare(`SELECT count(*) AS records FROM ${table}`).get();
    return Number(row?.["records"]);
  }

  close(): void {
    this.#gets.clear();
    this.#database.close();
  }
}
