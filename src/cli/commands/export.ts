import { type Command, Option } from "commander";
import { RESULT_FORMATS } from "#results";
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
  readonly format: string;
}

/** `gaugeway export`: stored samples with their times, on standard output. */
export function addExport(program: Command, context: CommandContext): void {
  program
    .command("export")
    .description(
      "Write stored samples of the running server with their times to standard output: as OpenMetrics, which «import openmetrics» reads, or as a table.",
    )
    .argument("[selector...]", "PromQL selectors; everything where there are none")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--start <time>", "first moment: seconds since 1970 or RFC 3339")
    .option("--end <time>", "last moment")
    .addOption(
      new Option("-f, --format <format>", "how samples are written")
        .choices(["openmetrics", ...RESULT_FORMATS])
        .default("openmetrics"),
    )
    .action(async (selectors: string[], options: ExportOptions) => {
      const control = new ControlClient(context, options);
      const { out } = context.terminal;
      const { format, start, end } = options;
      const request = { format, selectors, minMs: timeOf(start), maxMs: timeOf(end) };
      await writeChunks(out, await control.stream("POST", "/export", request));
    });
}
