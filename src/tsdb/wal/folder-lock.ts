import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { DataFolderLockedError } from "../errors.ts";
import { sqliteCode } from "./head-database.ts";

// https://sqlite.org/rescode.html
const SQLITE_BUSY = 5;

/**
 * Keeps a second process out of a data folder. The lock is SQLite's on an otherwise empty file, so
 * the operating system takes it back when the process dies, however it dies.
 */
export function lockFolder(folder: string): Disposable {
  const database = new DatabaseSync(join(folder, "lock"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (sqliteCode(error) === SQLITE_BUSY) {
      throw new DataFolderLockedError(folder, { cause: error });
    }
    throw error;
  }
  return { [Symbol.dispose]: () => database.close() };
}
