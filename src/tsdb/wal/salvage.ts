import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type CutMark, HeadDatabase, type StoredRow, storedRow } from "./head-database.ts";

/**
 * Rescues what can be read of a damaged log into a new one and sets the old file aside.
 *
 * The new file is complete before the old one is moved, and `finishSalvage` completes the two
 * renames after a crash between them. A `-wal` file must never meet another database than its own:
 * SQLite would replay it there.
 */
const FILE = "head.db";
const SALVAGE = "head-salvage.db";
const QUARANTINE = "quarantine";

export interface Salvaged {
  /** Where the damaged file is now. */
  readonly quarantined: string;
  readonly rows: number;
  readonly definitions: number;
  /** Rows that were found and did not match their checksum. */
  readonly damagedRows: number;
}

/** To be called before the log is opened. */
export function finishSalvage(folder: string): void {
  const salvage = join(folder, SALVAGE);
  if (existsSync(join(folder, FILE))) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(salvage + suffix, { force: true });
    return;
  }
  if (existsSync(join(folder, `${FILE}-wal`))) quarantineFile(folder, "-wal");
  if (existsSync(salvage)) renameSync(salvage, join(folder, FILE));
}

/** The damaged log must be closed. */
export function salvageHead(folder: string): Salvaged {
  for (const suffix of ["", "-wal", "-shm"]) {
    rmSync(join(folder, SALVAGE) + suffix, { force: true });
  }
  const target = new HeadDatabase(join(folder, SALVAGE));
  let counts: { rows: number; definitions: number; damagedRows: number };
  try {
    counts = copyReadable(join(folder, FILE), target);
  } finally {
    target.close();
  }
  const quarantined = quarantineFile(folder, "");
  quarantineFile(folder, "-wal");
  rmSync(join(folder, `${FILE}-shm`), { force: true });
  renameSync(join(folder, SALVAGE), join(folder, FILE));
  return { ...counts, quarantined };
}

/** A copy of the `-wal` file, before SQLite takes what it can of it and empties it. */
export function keepDamagedWal(folder: string): string {
  const from = join(folder, `${FILE}-wal`);
  const to = freeName(folder, "-wal");
  copyFileSync(from, to);
  return to;
}

function quarantineFile(folder: string, suffix: string): string {
  const from = join(folder, FILE + suffix);
  const to = freeName(folder, suffix);
  if (existsSync(from)) renameSync(from, to);
  return to;
}

function freeName(folder: string, suffix: string): string {
  mkdirSync(join(folder, QUARANTINE), { recursive: true });
  for (let number = 1; ; number++) {
    const name = join(folder, QUARANTINE, `head-${number}.db${suffix}`);
    if (!existsSync(name)) return name;
  }
}

function copyReadable(
  file: string,
  target: HeadDatabase,
): { rows: number; definitions: number; damagedRows: number } {
  const counts = { rows: 0, definitions: 0, damagedRows: 0 };
  const source = openReadable(file);
  if (source === null) return counts;
  try {
    const definitions = readableRows(source, "definition", "seq, crc, payload");
    const rows = readableRows(source, "wal", "seq, min_ms, max_ms, crc, payload");
    const intact = definitions.filter((row) => row.intact);
    for (let at = 0; at < intact.length; at += ROWS_PER_COMMIT) {
      target.putDefinitions(intact.slice(at, at + ROWS_PER_COMMIT));
    }
    const intactRows = rows.filter((row) => row.intact);
    for (let at = 0; at < intactRows.length; at += ROWS_PER_COMMIT) {
      const group = intactRows.slice(at, at + ROWS_PER_COMMIT);
      target.write(group.map((row) => ({ ...row, definitions: null })));
    }
    counts.definitions = intact.length;
    counts.rows = intactRows.length;
    counts.damagedRows = definitions.length + rows.length - intact.length - intactRows.length;
    target.recordCut(readableCuts(source), 0);
  } finally {
    source.close();
  }
  return counts;
}

function openReadable(file: string): DatabaseSync | null {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch {
    database?.close();
    return null;
  }
}

function readableCuts(source: DatabaseSync): readonly CutMark[] {
  try {
    const rows = source.prepare("SELECT min_ms, end_ms, seq FROM cut").all();
    return rows.map((row) => ({
      minMs: Number(row["min_ms"]),
      endMs: Number(row["end_ms"]),
      seq: Number(row["seq"]),
    }));
  } catch {
    // Without the marks, samples may lie in a block and in the head: equal ones count once.
    return [];
  }
}

const ROWS_PER_COMMIT = 1000;

/** Numbers between the readable ends are tried one by one, unless there are too many. */
const GAP_MAX = 1_000_000;

/** From the lowest number up and from the highest down to the damage, then whatever is between. */
function readableRows(source: DatabaseSync, table: string, columns: string): readonly StoredRow[] {
  const ask = (condition: string, at: number): StoredRow | null | "damaged" => {
    try {
      const row = source.prepare(`SELECT ${columns} FROM ${table} WHERE ${condition}`).get(at);
      return row === undefined ? null : storedRow(row);
    } catch {
      return "damaged";
    }
  };
  const walk = (condition: string, from: number): { rows: StoredRow[]; damaged: boolean } => {
    const rows: StoredRow[] = [];
    for (let at = from; ;) {
      const row = ask(condition, at);
      if (row === null || row === "damaged") return { rows, damaged: row === "damaged" };
      rows.push(row);
      at = row.seq;
    }
  };
  const up = walk("seq > ? ORDER BY seq LIMIT 1", -Number.MAX_SAFE_INTEGER);
  if (!up.damaged) return up.rows;
  const down = walk("seq < ? ORDER BY seq DESC LIMIT 1", Number.MAX_SAFE_INTEGER).rows.toReversed();
  const low = up.rows.at(-1)?.seq ?? 0;
  const high = down[0]?.seq ?? low;
  const between: StoredRow[] = [];
  for (let at = low + 1; at < high && at - low < GAP_MAX; at++) {
    const row = ask("seq = ?", at);
    if (row !== null && row !== "damaged") between.push(row);
  }
  return [...up.rows, ...between, ...down.filter((row) => row.seq > low)];
}
