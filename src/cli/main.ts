import { Command, CommanderError } from "commander";
import { systemClock } from "#lib/system-clock";
import { addAudit } from "./commands/audit.ts";
import { addBackup } from "./commands/backup.ts";
import { addCheckConfig } from "./commands/check-config.ts";
import { addClient } from "./commands/client.ts";
import { addDemo } from "./commands/demo.ts";
import { addExport } from "./commands/export.ts";
import { addImport } from "./commands/import.ts";
import { addLint } from "./commands/lint.ts";
import { addPromqltest } from "./commands/promqltest.ts";
import { addQuery } from "./commands/query.ts";
import { addReload } from "./commands/reload.ts";
import { addServe } from "./commands/serve.ts";
import { addStatus } from "./commands/status.ts";
import { addTargets } from "./commands/targets.ts";
import { addTenant } from "./commands/tenant.ts";
import { addToken } from "./commands/token.ts";
import type { CommandContext } from "./command-context.ts";
import { packageVersion } from "./package-version.ts";
import { EXIT, reportError } from "./terminal/report-error.ts";
import { createTerminal } from "./terminal/terminal.ts";

/** The program with all its commands. */
function createProgram(context: CommandContext): Command {
  const { out, err } = context.terminal;
  const program = new Command("gaugeway")
    .description(
      "A metrics access gateway: every tenant gets exactly the metrics it is entitled to.",
    )
    .version(packageVersion())
    .showHelpAfterError("Add --help for the usage.")
    .configureOutput({
      writeOut: (text) => void out.stream.write(text),
      writeErr: (text) => void err.stream.write(text),
    })
    .exitOverride();
  addDemo(program, context);
  addServe(program, context);
  addCheckConfig(program, context);
  addTenant(program, context);
  addClient(program, context);
  addToken(program, context);
  addAudit(program, context);
  addTargets(program, context);
  addStatus(program, context);
  addQuery(program, context);
  addPromqltest(program, context);
  addReload(program, context);
  addLint(program, context);
  addImport(program, context);
  addExport(program, context);
  addBackup(program, context);
  return program;
}

/** The reader of a pipe may have seen enough (`gaugeway export | head`): that is no error. */
function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exitCode = EXIT.success;
    else throw error;
  });
}

async function main(): Promise<void> {
  endQuietlyOnClosedPipe();
  const terminal = createTerminal(process.stdout, process.stderr, process.env);
  const context: CommandContext = {
    terminal,
    clock: systemClock,
    env: process.env,
    exit: (code) => (process.exitCode = code),
  };
  try {
    await createProgram(context).parseAsync(process.argv);
  } catch (error) {
    // Commander has printed what was wrong with the command line, or the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    else process.exitCode = reportError(terminal.err, error);
  }
}

await main();
