import type { Command } from "commander";
import type { FlagOverride } from "#config";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { readConfig, tryReadConfig } from "../read-config.ts";
import { runServer } from "../server/run-server.ts";

interface ServeOptions extends PlaceOptions {
  readonly gateway?: string;
}

/** `gaugeway serve`: the server, until it is asked to stop. */
export function addServe(program: Command, context: CommandContext): void {
  program
    .command("serve")
    .description(
      "Run the server until it gets SIGTERM or Ctrl-C; SIGHUP reloads the configuration.",
    )
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--gateway <file>", "a krakend file: run the API gateway that it describes")
    .action(async (options: ServeOptions) => {
      const flags = gatewayFlag(options);
      await runServer(context, {
        loaded: readConfig(context, options, flags),
        load: () => tryReadConfig(context, options, flags),
      });
    });
}

function gatewayFlag({ gateway }: ServeOptions): readonly FlagOverride[] {
  if (gateway === undefined) return [];
  return [{ path: "gateway.config_file", text: gateway, flag: "--gateway" }];
}
