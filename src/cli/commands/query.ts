import { type Command, Option } from "commander";
import { RESULT_FORMATS, type ResultFormat } from "#results";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { ControlClient } from "../control-client.ts";
import { printPlot } from "../query/print-plot.ts";
import { printReply } from "../query/print-reply.ts";
import { queryDataFolder } from "../query/query-data-folder.ts";
import { type QueryRange, queryRange } from "../query/query-range.ts";
import { readReply } from "../query/query-reply.ts";
import { queryServer } from "../query/query-server.ts";
import { serverAccess, type ServerOptions } from "../query/server-access.ts";
import { readConfig } from "../read-config.ts";
import { UsageError } from "../terminal/report-error.ts";
import { writeChunks } from "../terminal/write-chunks.ts";
import { timeOf } from "../time-option.ts";

interface QueryOptions extends PlaceOptions, ServerOptions {
  readonly time?: string;
  readonly range?: string;
  readonly step?: string;
  readonly format: "table" | "plot" | ResultFormat;
  readonly layout?: string;
  readonly spreadsheetSafe?: true;
  readonly limit?: string;
  readonly timeout?: string;
}

/** What a chart shows where nobody says more. */
const PLOT_RANGE = "1h";

/** `gaugeway query`: a PromQL expression, for people and for pipes. */
export function addQuery(program: Command, context: CommandContext): void {
  program
    .command("query")
    .description(
      "Run a PromQL expression: over everything in the running server or, where none runs, in the data folder; with --url as a client of a server, over what that client may see.",
    )
    .argument("<expression>", "PromQL")
    .option("--time <time>", "moment of the query: seconds since 1970 or RFC 3339 (default: now)")
    .option("--range <duration>", "evaluate at steps over this long before it: 1h, 7d")
    .option("--step <duration>", "between the steps (default: some 240 steps)")
    .addOption(
      new Option("-f, --format <format>", "how the answer is written")
        .choices(["table", "plot", ...RESULT_FORMATS])
        .default("table"),
    )
    .addOption(
      new Option("--layout <layout>", "of CSV: a row a sample, or a column a series").choices([
        "long",
        "wide",
      ]),
    )
    .option("--spreadsheet-safe", "in CSV: keep spreadsheets from running texts as formulas")
    .option("--limit <count>", "most series in the answer")
    .option("--timeout <duration>", "give up after this long")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--url <url>", "server to ask (or GAUGEWAY_URL): http://127.0.0.1:7070")
    .option("--client <id>", "client id for it (or GAUGEWAY_CLIENT_ID)")
    .option("--secret-file <file>", "file with the client's secret (or GAUGEWAY_CLIENT_SECRET)")
    .action(async (expression: string, options: QueryOptions) => {
      const { out, err } = context.terminal;
      const { format } = options;
      if (format === "parquet" && out.isTerminal) {
        throw new UsageError("Parquet is no text for a terminal: write it to a file with >");
      }
      const timeMs = timeOf(options.time) ?? context.clock.nowMs();
      const rangeText = options.range ?? (format === "plot" ? PLOT_RANGE : undefined);
      const range = rangeText === undefined ? null : queryRange(timeMs, rangeText, options.step);
      const parameters = parametersOf(expression, options, range ?? timeMs);
      const chunks = ask(context, options, parameters);
      if (format !== "table" && format !== "plot") {
        await writeChunks(out, chunks);
        if (format === "json" && out.isTerminal) out.line("");
        return;
      }
      const reply = readReply(await textOf(chunks));
      for (const remark of [...reply.warnings, ...reply.infos]) err.line(remark);
      if (reply.series.length === 0) err.line("The answer has no series.");
      else if (range !== null && format === "plot") printPlot(out, reply, range);
      else printReply(out, reply);
    });
}

/** The parameters of Prometheus' API, and those of ours for formats. */
function parametersOf(
  query: string,
  options: QueryOptions,
  time: QueryRange | number,
): URLSearchParams {
  const { format, layout, spreadsheetSafe, limit, timeout } = options;
  return new URLSearchParams({
    query,
    ...(typeof time === "number"
      ? { time: seconds(time) }
      : {
          start: seconds(time.startMs),
          end: seconds(time.endMs),
          step: seconds(time.stepMs),
        }),
    format: format === "table" || format === "plot" ? "json" : format,
    ...(layout === undefined ? {} : { layout }),
    ...(spreadsheetSafe === undefined ? {} : { spreadsheet_safe: "true" }),
    ...(limit === undefined ? {} : { limit }),
    ...(timeout === undefined ? {} : { timeout }),
  });
}

/** The server that is named, the one that runs here, or the folder that it left. */
async function* ask(
  context: CommandContext,
  options: QueryOptions,
  parameters: URLSearchParams,
): AsyncGenerator<Uint8Array> {
  const server = serverAccess(context, options);
  if (server !== null) return yield* queryServer(server, parameters);
  const { config } = readConfig(context, options);
  if (config.control !== null) {
    const control = new ControlClient(context, options);
    if (await control.isAnswering()) {
      return yield* await control.stream("POST", "/query", Object.fromEntries(parameters));
    }
  }
  return yield* queryDataFolder(context, config, parameters);
}

function seconds(timeMs: number): string {
  return String(timeMs / 1000);
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const utf8 = new TextDecoder();
  let text = "";
  for await (const chunk of chunks) text += utf8.decode(chunk, { stream: true });
  return text + utf8.decode();
}
