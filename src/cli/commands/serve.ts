import type { Command } from "commander";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { readConfig, tryReadConfig } from "../read-config.ts";
import { runServer } from "../server/run-server.ts";

/** `gaugeway serve`: the server, until it is asked to stop. */
export function addServe(program: Command, context: CommandContext): void {
  program
    .command("serve")
    .description(
      "Run the server until it gets SIGTERM or Ctrl-C; SIGHUP reloads the configuration.",
    )
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .action(async (options: PlaceOptions) => {
      await runServer(context, {
        loaded: readConfig(context, options),
        load: () => tryReadConfig(context, options),
      });
    });
}
