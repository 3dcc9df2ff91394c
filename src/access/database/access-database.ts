import { Kysely, type Transaction } from "kysely";
import type { Clock } from "#lib/clock";
import { AccessError } from "../access-error.ts";
import { MIGRATIONS } from "./migrations.ts";
import type { AccessSchema } from "./schema.ts";
import { openSqlite } from "./sqlite-connection.ts";

/** For reading: inside a transaction or outside. */
export type Reader = Kysely<AccessSchema>;

/** For writing: only inside a transaction. */
export type Writer = Transaction<AccessSchema>;

/** The access database, shared with other processes (the server and the CLI). */
export interface AccessDatabase extends AsyncDisposable {
  readonly reader: Reader;
  /**
   * Runs `work` in one transaction; all of it is durable when this resolves, or nothing. Rejects
   * with `access_database_busy` where another process writes for longer than the busy timeout.
   */
  change<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result>;
  /**
   * A number that is another one after every commit that anyone made, except `changeQuietly`'s.
   * What was read from the database holds while it stays the same.
   */
  generation(): number;
  /** As `change`, for what no cache depends on: the generation stays as it is. */
  changeQuietly<Result>(work: (writer: Writer) => Promise<Result>): Promise<Result>;
}

/** Opens, makes and migrates. Throws `access_database_newer`, `…_busy`, `…_failed`. */
export async function openAccessDatabase(
  path: string,
  clock: Clock,
  busyTimeoutMs: number,
): Promise<AccessDatabase> {
  const backend = openSqlite(path, busyTimeoutMs);
  const reader = new Kysely<AccessSchema>({ dialect: backend.dialect });
  let foreignCommits = backend.foreignCommits();
  let generation = 1;

  const changeQuietly = <Result>(work: (writer: Writer) => Promise<Result>): Promise<Result> =>
    reader.transaction().execute(work);
  const dispose = (): Promise<void> => reader.destroy();

  try {
    await changeQuietly((writer) => migrate(writer, clock));
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    reader,
    changeQuietly,
    change: async (work) => {
      const result = await changeQuietly(work);
      generation += 1;
      return result;
    },
    generation: () => {
      const seen = backend.foreignCommits();
      if (seen !== foreignCommits) {
        foreignCommits = seen;
        generation += 1;
      }
      return generation;
    },
    [Symbol.asyncDispose]: dispose,
  };
}

/** Forward only: an older program must not guess what a newer one meant. */
async function migrate(writer: Writer, clock: Clock): Promise<void> {
  await writer.schema
    .createTable("schema_version")
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.primaryKey())
    .addColumn("applied_at_ms", "bigint", (column) => column.notNull())
    .execute();
  const row = await writer
    .selectFrom("schema_version")
    .select((expression) => expression.fn.max("version").as("version"))
    .executeTakeFirst();
  const present = row?.version ?? 0;
  if (present > MIGRATIONS.length) {
    throw new AccessError(
      "access_database_newer",
      `The access database has schema version ${present} and this program knows ` +
        `${MIGRATIONS.length}: run the newer gaugeway, or restore a backup made before the upgrade.`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    const version = index + 1;
    if (version <= present) continue;
    await migration(writer);
    await writer
      .insertInto("schema_version")
      .values({ version, applied_at_ms: clock.nowMs() })
      .execute();
  }
}
