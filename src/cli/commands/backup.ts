import { resolve } from "node:path";
import type { Command } from "commander";
import { OperatingError } from "#lib/operating-error";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { readConfig } from "../read-config.ts";
import { EXIT } from "../terminal/report-error.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/** One line of the running server's answer. */
type BackupLine =
  | { readonly item: string; readonly done: number; readonly total: number }
  | { readonly damaged: readonly string[] }
  | { readonly done: true }
  | { readonly failed: { readonly error: string; readonly message: string } };

/** `gaugeway backup`: a consistent copy of the data folder, whether the server runs or not. */
export function addBackup(program: Command, context: CommandContext): void {
  program
    .command("backup")
    .description(
      "Copy samples, tenants and clients consistently into a new folder, while the server runs or not. Starting with --data on the copy works.",
    )
    .argument("<folder>", "where to; must not exist, or be empty")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .action(async (folder: string, options: PlaceOptions) => {
      const target = resolve(folder);
      const { config } = readConfig(context, options);
      const control = config.control === null ? null : new ControlClient(context, options);
      const progress = startProgress(context.terminal.err, {
        label: "Copying",
        unit: "pages or blocks",
        total: null,
        clock: context.clock,
      });
      try {
        const damaged =
          control !== null && (await control.isAnswering())
            ? await backupRunning(control, target, progress)
            : await backupResting(config.storage.path, target, progress);
        progress.stop();
        report(context, target, damaged);
      } finally {
        progress.stop();
      }
    });
}

function report(context: CommandContext, target: string, damaged: readonly string[]): void {
  const { out, err } = context.terminal;
  if (damaged.length === 0) {
    out.line(`The copy is complete: ${target}`);
    return;
  }
  for (const file of damaged) err.line(`${file} is damaged and was left out`);
  err.line(`The copy lacks ${damaged.length} damaged files: ${target}`);
  context.exit(EXIT.failure);
}

/** Copies; the names of files that were damaged and left out. */
async function backupResting(
  dataFolder: string,
  target: string,
  progress: Progress,
): Promise<readonly string[]> {
  // Loaded here: a server's main thread has no store, and does without its modules.
  const { backupStore } = await import("#tsdb");
  const { damaged } = await backupStore({
    dataFolder,
    targetFolder: target,
    onProgress: ({ done }) => progress.update(done),
  });
  return damaged;
}

/** The server holds its log for itself, so it has to make the copy. */
async function backupRunning(
  control: ControlClient,
  folder: string,
  progress: Progress,
): Promise<readonly string[]> {
  let damaged: readonly string[] = [];
  let text = "";
  for await (const chunk of await control.stream("POST", "/backup", { folder })) {
    text += chunk.toString();
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) {
      const step = JSON.parse(line) as BackupLine;
      if ("failed" in step) throw new OperatingError(step.failed.error, step.failed.message);
      if ("damaged" in step) damaged = step.damaged;
      else if (step.done === true) return damaged;
      else progress.update(step.done);
    }
  }
  throw new OperatingError("backup_interrupted", "The server broke the copy off: see its log.");
}
