import { existsSync } from "node:fs";
import { join } from "node:path";
import { readAnyQueryTime, readQuery } from "#api";
import type { GaugewayConfig } from "#config";
import { startEngine } from "#engine";
import { OperatingError } from "#lib/operating-error";
import { QueryPool } from "#query";
import { createRegistry } from "#telemetry";
import type { CommandContext } from "../command-context.ts";
import { createLogger } from "../logger.ts";
import { packageVersion } from "../package-version.ts";

/**
 * Opens the data folder that no server holds, runs one query over everything in it and closes it
 * again. Neither retention nor merging comes to its turn: a copy that somebody keeps stays as it is.
 */
export async function* queryDataFolder(
  context: CommandContext,
  { storage, query, log: { format } }: GaugewayConfig,
  parameters: URLSearchParams,
): AsyncGenerator<Uint8Array> {
  if (!existsSync(join(storage.path, "head.db"))) {
    const message = `There is no store in ${storage.path}, and no server that runs: start one, or name its folder with --data.`;
    throw new OperatingError("query_no_store", message);
  }
  const { log } = createLogger({ level: "warn", format, output: context.terminal.err });
  await using engine = await startEngine(
    {
      version: packageVersion(),
      storagePath: storage.path,
      store: { ...storage.store, maintenanceMs: NEVER_MS },
      blocks: { ...storage.blocks, retentionMs: null, retentionBytes: null },
      snapshots: {},
    },
    log,
  );
  await using pool = new QueryPool(
    () => engine.openStoreLine(),
    createRegistry(),
    query.settings,
    query.pool,
  );
  const time = readAnyQueryTime(parameters, context.clock.nowMs());
  const wanted = readQuery(parameters, time, {
    viewer: { view: "everything", tenant: "operator" },
    timeoutMsMax: query.timeoutMs,
    accept: null,
  });
  const { chunks } = await pool.run(wanted, new AbortController().signal);
  yield* chunks;
}

/** The longest that a timer can wait. */
const NEVER_MS = 2 ** 31 - 1;
