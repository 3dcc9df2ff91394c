import { Command, CommanderError } from "commander";
import { systemClock } from "#lib/system-clock";
import type { CommandContext } from "./command-context.ts";
import { packageVersion } from "./package-version.ts";
import { EXIT, reportError } from "./terminal/report-error.ts";
import { createTerminal } from "./terminal/terminal.ts";

type AddCommand = (program: Command, context: CommandContext) => void;

/** Every command, in the order of the help, and the file that knows it. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./commands/demo.ts")).addDemo,
  serve: async () => (await import("./commands/serve.ts")).addServe,
  "check-config": async () => (await import("./commands/check-config.ts")).addCheckConfig,
  tenant: async () => (await import("./commands/tenant.ts")).addTenant,
  client: async () => (await import("./commands/client.ts")).addClient,
  token: async () => (await import("./commands/token.ts")).addToken,
  audit: async () => (await import("./commands/audit.ts")).addAudit,
  targets: async () => (await import("./commands/targets.ts")).addTargets,
  status: async () => (await import("./commands/status.ts")).addStatus,
  query: async () => (await import("./commands/query.ts")).addQuery,
  promqltest: async () => (await import("./commands/promqltest.ts")).addPromqltest,
  reload: async () => (await import("./commands/reload.ts")).addReload,
  lint: async () => (await import("./commands/lint.ts")).addLint,
  import: async () => (await import("./commands/import.ts")).addImport,
  export: async () => (await import("./commands/export.ts")).addExport,
  backup: async () => (await import("./commands/backup.ts")).addBackup,
};

/** The program with the command that is named, or with all of them. */
async function createProgram(context: CommandContext): Promise<Command> {
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
  // A command that is named is the only one to be loaded; the help and a misspelt name need them all.
  const named = process.argv.slice(2).find((argument) => Object.hasOwn(COMMANDS, argument));
  const loaders = named === undefined ? Object.values(COMMANDS) : [COMMANDS[named]];
  for (const load of loaders) (await load?.())?.(program, context);
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
    const program = await createProgram(context);
    await program.parseAsync(process.argv);
  } catch (error) {
    // Commander has printed what was wrong with the command line, or the help that was asked for.
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    else process.exitCode = reportError(terminal.err, error);
  }
}

await main();
