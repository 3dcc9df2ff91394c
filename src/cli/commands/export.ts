import { once } from "node:events";
import type { Command } from "commander";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { UsageError } from "../terminal/report-error.ts";

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
      const { stream } = context.terminal.out;
      const request = { selectors, minMs: timeOf(options.start), maxMs: timeOf(options.end) };
      for await (const chunk of await control.stream("POST", "/export", request)) {
        if (!stream.write(chunk)) await once(stream, "drain");
      }
    });
}

/** Milliseconds since 1970; null where nothing is said. */
function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const timeMs = /^[\d.]+$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isFinite(timeMs)) return Math.round(timeMs);
  throw new UsageError(`${JSON.stringify(text)} is no time: give seconds since 1970 or RFC 3339`);
}
