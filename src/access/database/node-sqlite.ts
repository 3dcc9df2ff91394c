import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { AccessError } from "../access-error.ts";

/** Prepared statements kept for reuse; the part has some fifty. */
const STATEMENTS_MAX = 200;

/** Primary result codes of SQLite (sqlite.org/rescode.html) that call for different action. */
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** The runtime's own SQLite in the shape that Kysely's SQLite dialect asks for. */
export function nodeSqliteDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => {
      statements.clear();
      database.close();
    },
    prepare: (sql) => {
      const known = statements.get(sql);
      if (known !== undefined) return known;
      if (statements.size === STATEMENTS_MAX) statements.clear();
      const statement = translated(() => kyselyStatement(database.prepare(sql)));
      statements.set(sql, statement);
      return statement;
    },
  };
}

function kyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translated(() => statement.all(...bindable(parameters))),
    run: (parameters) => translated(() => statement.run(...bindable(parameters))),
    iterate: (parameters) => translated(() => statement.iterate(...bindable(parameters))),
  };
}

/** Kysely hands on what the queries were given: texts, numbers and nulls in this part. */
function bindable(parameters: readonly unknown[]): readonly SQLInputValue[] {
  return parameters as readonly SQLInputValue[];
}

/** Runs a call into SQLite; what goes wrong there becomes an operating error. */
export function translated<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    const primary = (error as { errcode?: number }).errcode ?? 0;
    // Extended codes carry the primary one in their low byte.
    const isBusy = (primary & 0xff) === SQLITE_BUSY || (primary & 0xff) === SQLITE_LOCKED;
    throw isBusy ? busy(error) : failed(error);
  }
}

function busy(cause: unknown): AccessError {
  const message = "The access database is held by another process: try again in a moment.";
  return new AccessError("access_database_busy", message, cause);
}

function failed(cause: unknown): AccessError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The access database cannot be read or written: ${reason}.`;
  return new AccessError("access_database_failed", message, cause);
}
