import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { OperatingError } from "#lib/operating-error";
import { createScriptEngine, PromqlScriptError, runScript, type ScriptEngine } from "#promql";
import type { CommandContext } from "../command-context.ts";
import { printJson } from "../terminal/print-json.ts";
import { EXIT } from "../terminal/report-error.ts";

/** What came of one file. */
interface FileReport {
  readonly file: string;
  readonly passed: number;
  readonly failures: readonly {
    readonly line: number;
    readonly query: string;
    readonly message: string;
  }[];
}

/** `gaugeway promqltest`: runs scripts in Prometheus' test language for PromQL. */
export function addPromqltest(program: Command, context: CommandContext): void {
  program
    .command("promqltest")
    .description(
      "Test PromQL queries with scripts in Prometheus' own test language (load …, eval …). Prints every failure with its line.",
    )
    .argument("<files...>", "script files")
    .option("--json", "print one JSON document")
    .action(async (files: readonly string[], options: { readonly json?: true }) => {
      const { out, err } = context.terminal;
      const engine = createScriptEngine();
      const reports: FileReport[] = [];
      for (const file of files) reports.push(await runFile(file, engine));

      const passed = reports.reduce((sum, report) => sum + report.passed, 0);
      const failed = reports.reduce((sum, report) => sum + report.failures.length, 0);
      if (failed > 0) context.exit(EXIT.failure);
      if (options.json === true) {
        printJson(out, { passed, failed, files: reports });
        return;
      }
      for (const { file, failures } of reports) {
        for (const { line, query, message } of failures) {
          err.line(`${file}:${line}: ${query}`);
          err.line(`  ${message}`);
        }
      }
      out.line(`${passed} passed, ${failed} failed`);
    });
}

/** A script that cannot be read is one failure, after those that came before it. */
async function runFile(file: string, engine: ScriptEngine): Promise<FileReport> {
  const text = await readScriptFile(file);
  const failures: FileReport["failures"][number][] = [];
  let passed = 0;
  try {
    for await (const { line, query, failure } of runScript(text, engine)) {
      if (failure === null) passed += 1;
      else failures.push({ line, query, message: failure });
    }
  } catch (error) {
    if (!(error instanceof PromqlScriptError)) throw error;
    failures.push({ line: error.line, query: "", message: error.message });
  }
  return { file, passed, failures };
}

async function readScriptFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new OperatingError("promql_script_unreadable", `The script cannot be read: ${cause}`);
  }
}
