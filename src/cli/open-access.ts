import { makeFolder } from "#lib/make-folder";
import { userInfo } from "node:os";
import { join } from "node:path";
import { type Access, type Actor, createAccess } from "#access";
import { systemClock } from "#lib/system-clock";
import type { CommandContext, PlaceOptions } from "./command-context.ts";
import { readConfig } from "./read-config.ts";
import { reportError } from "./terminal/report-error.ts";

/** Who the audit log says it was: the account of the machine. */
export function cliActor(): Actor {
  return { kind: "cli", name: userInfo().username };
}

/**
 * The access database of the installation that the options mean, whether its server runs or not:
 * SQLite lets both in, and the server notices changes within a second.
 */
export function openAccess(context: CommandContext, options: PlaceOptions): Promise<Access> {
  const { storage } = readConfig(context, options).config;
  makeFolder(storage.path);
  return createAccess({
    path: join(storage.path, "access.db"),
    clock: systemClock,
    onError: (error) => void reportError(context.terminal.err, error),
  });
}
