import { type Command, InvalidArgumentError } from "commander";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { openAccess } from "../open-access.ts";
import { formatTime } from "../terminal/format-time.ts";
import { printJson } from "../terminal/print-json.ts";
import { printTable } from "../terminal/table.ts";

interface AuditOptions extends PlaceOptions {
  readonly refused?: true;
  readonly limit: number;
  readonly json?: true;
}

const LIMIT_DEFAULT = 100;

/** `gaugeway audit`: who changed what, and who was refused. */
export function addAudit(program: Command, context: CommandContext): void {
  program
    .command("audit")
    .description(
      "Show who changed tenants, clients and keys, the newest first; or which accesses were refused.",
    )
    .option("--refused", "refused accesses, counted by hour, instead of changes")
    .option("--limit <number>", "lines to show", wholeNumber, LIMIT_DEFAULT)
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--json", "print one JSON document")
    .action((options: AuditOptions) =>
      options.refused === true ? showRefusals(context, options) : showActs(context, options),
    );
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

async function showActs(context: CommandContext, options: AuditOptions): Promise<void> {
  const { out } = context.terminal;
  await using access = await openAccess(context, options);
  const entries = await access.auditEntries(options.limit);
  if (options.json === true) return printJson(out, entries);
  if (entries.length === 0) return out.line("Nothing has been changed yet.");
  return printTable(
    out,
    [
      { title: "TIME", value: ({ atMs }) => formatTime(atMs) },
      { title: "WHO", value: ({ actor }) => `${actor.kind} ${actor.name}` },
      { title: "ACT", value: ({ action }) => action },
      { title: "NAME", value: ({ subjectName }) => subjectName },
      { title: "ID", value: ({ subjectId }) => subjectId },
    ],
    entries,
  );
}

async function showRefusals(context: CommandContext, options: AuditOptions): Promise<void> {
  const { out } = context.terminal;
  await using access = await openAccess(context, options);
  const refusals = await access.refusals.list(options.limit);
  if (options.json === true) return printJson(out, refusals);
  if (refusals.length === 0) return out.line("Nothing has been refused yet.");
  return printTable(
    out,
    [
      { title: "LAST", value: ({ lastAtMs }) => formatTime(lastAtMs) },
      { title: "TIMES", value: ({ count }) => String(count) },
      { title: "REASON", value: ({ reason }) => reason },
      { title: "PATH", value: ({ path }) => path },
      { title: "CLIENT", value: ({ clientId }) => clientId ?? "-" },
      { title: "FROM", value: ({ address }) => address },
    ],
    refusals,
  );
}
