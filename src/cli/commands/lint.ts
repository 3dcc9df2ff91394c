import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  contentTypes,
  type ExpositionFormat,
  formatOfContentType,
  lint,
  type LintReport,
} from "#exposition";
import type { CommandContext } from "../command-context.ts";
import { unreadable } from "../input-file.ts";
import { printJson } from "../terminal/print-json.ts";
import { EXIT } from "../terminal/report-error.ts";
import type { Output } from "../terminal/terminal.ts";

/** Longest document that is read. */
const DOCUMENT_BYTES_MAX = 256 * 1024 * 1024;
const FETCH_TIMEOUT_MS = 30_000;

interface Document {
  readonly bytes: Uint8Array;
  readonly format: ExpositionFormat;
}

/** `gaugeway lint`: whether an exposition keeps to the letter of its format. */
export function addLint(program: Command, context: CommandContext): void {
  program
    .command("lint")
    .description(
      "Hold an exposition to the letter of OpenMetrics (or, with --text, of the Prometheus text format).",
    )
    .argument("<file-or-url>", "a file, - for standard input, or an http(s) URL")
    .option(
      "--text",
      "Prometheus text format 0.0.4 instead of OpenMetrics; a URL's answer says itself",
    )
    .option("--json", "print one JSON document")
    .action(async (place: string, options: { readonly text?: true; readonly json?: true }) => {
      const { bytes, format } = await readDocument(place, options.text === true);
      const report = lint(bytes, format);
      if (!report.isValid) context.exit(EXIT.failure);
      const { out } = context.terminal;
      if (options.json === true) printJson(out, { format, ...report });
      else printReport(out, place, format, report);
    });
}

async function readDocument(place: string, isText: boolean): Promise<Document> {
  if (/^https?:\/\//.test(place)) return fetchDocument(place, isText);
  const format = isText ? "text-0.0.4" : "openmetrics-1.0.0";
  try {
    return { bytes: readFileSync(place === "-" ? 0 : place), format };
  } catch (cause) {
    throw unreadable(place === "-" ? "Standard input" : place, cause);
  }
}

async function fetchDocument(url: string, isText: boolean): Promise<Document> {
  const wanted = contentTypes[isText ? "text-0.0.4" : "openmetrics-1.0.0"];
  try {
    const signal = AbortSignal.timeout(FETCH_TIMEOUT_MS);
    const answer = await fetch(url, { headers: { accept: `${wanted}, */*;q=0.1` }, signal });
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (bytes.length > DOCUMENT_BYTES_MAX)
      throw new Error(`longer than ${DOCUMENT_BYTES_MAX} bytes`);
    const said = formatOfContentType(answer.headers.get("content-type") ?? "");
    return { bytes, format: said ?? (isText ? "text-0.0.4" : "openmetrics-1.0.0") };
  } catch (cause) {
    throw unreadable(url, cause);
  }
}

function printReport(
  out: Output,
  place: string,
  format: ExpositionFormat,
  report: LintReport,
): void {
  for (const { severity, line, column, metric, message } of report.findings) {
    const colour = severity === "error" ? "red" : "yellow";
    const about = metric === "" ? "" : `${metric}: `;
    out.line(`${place}:${line}:${column}: ${out.style(colour, severity)}: ${about}${message}`);
  }
  const verdict = report.isValid ? out.style("green", "valid") : out.style("red", "not valid");
  out.line(
    `${place} is ${verdict} ${format}: families ${report.families}, samples ${report.samples}.`,
  );
}
