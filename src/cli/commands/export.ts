import type { Command } from "commander";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { writeChunks } from "../terminal/write-chunks.ts";
import { timeOf } from "../time-option.ts";

interface ExportOptions extends PlaceOptions {
  readonly start?: string;
  readonly end?: string;
}

/** `gaugeway export`: stored samples as OpenMetrics with timestamps, on standard output. */
export function addExport(program: Command, context: CommandContext): void {
  program
    .command("export")
    .description(
      "Write stored samples of the running server as OpenMetrics with timestamps to standard output; «import openmetrics» reads them.",
    )
    .argument("[selector...]", "PromQL selectors; everything where there are none")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--start <time>", "first moment: seconds since 1970 or RFC 3339")
    .option("--end <time>", "last moment")
    .action(async (selectors: string[], options: ExportOptions) => {
      const control = new ControlClient(context, options);
      const { out } = context.terminal;
      const request = { selectors, minMs: timeOf(options.start), maxMs: timeOf(options.end) };
      await writeChunks(out, await control.stream("POST", "/export", request));
    });
}
