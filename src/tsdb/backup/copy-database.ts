import { basename } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { BackupBusyError } from "./backup-errors.ts";

const SQLITE_BUSY = 5;
const BUSY_TIMEOUT_MS = 1000;
const PAGES_PER_STEP = 1024;

/**
 * A consistent copy of a SQLite file that others are writing to, by SQLite's online backup. The source is
 * held in one read transaction, so that it is one state of it that is copied and writers do not make
 * the copy start over.
 */
export async function copyDatabase(
  path: string,
  target: string,
  onPages: (done: number, total: number) => void,
): Promise<void> {
  try {
    const source = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      source.exec("BEGIN");
      source.prepare("SELECT count(*) AS n FROM sqlite_schema").get();
      await backup(source, target, {
        rate: PAGES_PER_STEP,
        progress: ({ totalPages, remainingPages }) =>
          onPages(totalPages - remainingPages, totalPages),
      });
    } finally {
      source.close();
    }
  } catch (error) {
    if ((Number((error as { errcode?: number }).errcode) & 0xff) === SQLITE_BUSY) {
      throw new BackupBusyError(basename(path));
    }
    throw error;
  }
  checkDatabase(target);
}

/** Fails where the copy is not a sound database. */
function checkDatabase(path: string): void {
  const database = new DatabaseSync(path);
  try {
    const findings = database.prepare("PRAGMA quick_check(1)").get();
    const verdict = String(Object.values(findings ?? {})[0]);
    if (verdict !== "ok") throw new Error(`the copy of ${basename(path)} is not sound: ${verdict}`);
    // The copy is one file: what WAL mode would leave beside it is folded in.
    database.exec("PRAGMA journal_mode = DELETE");
  } finally {
    database.close();
  }
}
