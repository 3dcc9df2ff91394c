import { makeFolder } from "#lib/make-folder";
import type { Command } from "commander";
import { createScrapeParser, type ScrapeHandler } from "#exposition";
import { OperatingError } from "#lib/operating-error";
import type { ImportParser, ImportSink } from "#tsdb";
import {
  type CommandContext,
  CONFIG_OPTION,
  DATA_OPTION,
  type PlaceOptions,
} from "../command-context.ts";
import { inputFileBytes } from "../input-file.ts";
import { readConfig } from "../read-config.ts";
import { printJson } from "../terminal/print-json.ts";
import { startProgress } from "../terminal/progress.ts";
import { formatCount } from "../terminal/format-count.ts";

/** Ctrl-C. */
class ImportInterruptedError extends OperatingError {
  constructor() {
    super(
      "import_interrupted",
      "The import was interrupted: start it again and it goes on where it ended.",
    );
  }
}

/** `gaugeway import openmetrics`: history from a file, straight into blocks. */
export function addImport(program: Command, context: CommandContext): void {
  program
    .command("import")
    .description("Bring history in from files.")
    .command("openmetrics")
    .description(
      "Import OpenMetrics text with timestamps. Works while the server runs; a broken import goes on where it ended when it is started again, and a file that was imported is not imported twice.",
    )
    .argument("<file>", "the file")
    .option(...CONFIG_OPTION)
    .option(...DATA_OPTION)
    .option("--json", "print one JSON document")
    .action(async (file: string, options: PlaceOptions & { readonly json?: true }) => {
      const { storage } = readConfig(context, options).config;
      const { out, err } = context.terminal;
      makeFolder(storage.path);
      const progress = startProgress(err, {
        label: "Importing",
        unit: "bytes",
        total: inputFileBytes(file),
        clock: context.clock,
      });
      const interrupted = new AbortController();
      const onInterrupt = (): void => interrupted.abort(new ImportInterruptedError());
      process.once("SIGINT", onInterrupt);
      try {
        // Loaded here: a server's main thread has no store, and does without its modules.
        const { importOpenMetrics } = await import("#tsdb");
        const outcome = await importOpenMetrics({
          input: file,
          dataFolder: storage.path,
          createParser: createImportParser,
          onProgress: ({ bytesRead }) => progress.update(bytesRead),
          signal: interrupted.signal,
        });
        progress.stop();
        if (options.json === true) printJson(out, outcome);
        else if (outcome.wasImported) out.line(`${file} was imported before: nothing to do.`);
        else out.line(`Imported samples: ${formatCount(outcome.samples)}.`);
      } finally {
        process.off("SIGINT", onInterrupt);
        progress.stop();
      }
    });
}

/** The scrape parser reads the text: lenient as Prometheus is, without an object per sample. */
function createImportParser(sink: ImportSink): ImportParser {
  const handler: ScrapeHandler = {
    resolveSeries: (labels, metadata) => sink.resolveSeries(labels, metadata),
    sample: (token, value, timestampMs) => sink.sample(token, value, timestampMs),
    metadataChanged: (token, metadata) => sink.metadataChanged(token, metadata),
    // Exemplars live in memory only, and are about the present.
    exemplar: () => undefined,
  };
  const parser = createScrapeParser(handler);
  parser.begin("openmetrics-1.0.0");
  return parser;
}
