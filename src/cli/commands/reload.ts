import type { Command } from "commander";
import type { ReloadReport } from "#api";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { printJson } from "../terminal/print-json.ts";

/** `gaugeway reload`: the same as SIGHUP, with an answer. */
export function addReload(program: Command, context: CommandContext): void {
  program
    .command("reload")
    .description("Let the running server read its configuration again; a bad one changes nothing.")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--json", "print one JSON document")
    .action(async (options: PlaceOptions & { readonly json?: true }) => {
      const control = new ControlClient(context, options);
      const report = await control.ask<ReloadReport>("POST", "/reload");
      const { out } = context.terminal;
      if (options.json === true) return printJson(out, report);
      if (report.applied.length > 0) out.line(`Changed: ${report.applied.join(", ")}.`);
      else if (report.needRestart.length === 0)
        out.line("Nothing has changed since the configuration was last read.");
      if (report.needRestart.length > 0) {
        out.line(`After a restart: ${report.needRestart.join(", ")}.`);
      }
      return undefined;
    });
}
