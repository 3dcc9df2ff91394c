import type { Command } from "commander";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { printJson } from "../terminal/print-json.ts";

/** `gaugeway status`: version, readiness, the store's numbers and the gateway's push. */
export function addStatus(program: Command, context: CommandContext): void {
  program
    .command("status")
    .description(
      "Show version, readiness, the store's numbers and the gateway's push to InfluxDB, as JSON.",
    )
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .action(async (options: PlaceOptions) => {
      const control = new ControlClient(context, options);
      printJson(context.terminal.out, await control.ask("GET", "/status"));
    });
}
