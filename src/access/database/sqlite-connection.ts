import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import { nodeSqliteDatabase, translated } from "./node-sqlite.ts";

/**
 * All that is SQLite's own about the access database. A second dialect (PostgreSQL) is one more
 * file like this one; queries and migrations stay as they are.
 */
export interface DatabaseBackend {
  readonly dialect: Dialect;
  /**
   * Changes whenever another connection, of this process or of another, has committed; costs about
   * a microsecond. The connection's own commits leave it as it is.
   */
  readonly foreignCommits: () => number;
}

/** `path` may be ":memory:". The file is readable by its owner only. */
export function openSqlite(path: string, busyTimeoutMs: number): DatabaseBackend {
  const database = translated(() => {
    if (path !== ":memory:") makeOwnersFile(path);
    const opened = new DatabaseSync(path, {
      timeout: busyTimeoutMs,
      enableForeignKeyConstraints: true,
    });
    configure(opened);
    return opened;
  });
  const dataVersion = database.prepare("PRAGMA data_version");
  dataVersion.setReturnArrays(true);
  const sqlite = nodeSqliteDatabase(database);
  const dialect = new SqliteDialect({ database: sqlite });
  return {
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (kysely) => dialect.createIntrospector(kysely),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => new ImmediateSqliteDriver({ database: sqlite }),
    },
    foreignCommits: () => translated(() => Number(Object.values(dataVersion.get() ?? {})[0])),
  };
}

/** SQLite gives the write-ahead log and its index the mode of the database itself. */
function makeOwnersFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
}

function configure(database: DatabaseSync): void {
  // Readers and the writer do not wait for each other: the server reads while the CLI writes.
  database.exec("PRAGMA journal_mode = WAL");
  // A revocation that was acknowledged must survive a power cut, so every commit is synced.
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA trusted_schema = OFF");
}

/**
 * Takes the write lock when a transaction begins. SQLite's default takes it at the first write, and
 * then fails at once, without waiting, where another process has written since the first read.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}
