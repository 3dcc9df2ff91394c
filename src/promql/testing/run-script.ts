import { loadSeries } from "./load-series.ts";
import { MemoryStorage } from "./memory-storage.ts";
import { readScript } from "./read-script.ts";
import { runEvaluation } from "./run-evaluation.ts";
import type { ScriptEngine } from "./script-engine.ts";

/** What came of one evaluation of a script. */
export interface EvaluationOutcome {
  /** Of its head, from 1. */
  readonly line: number;
  readonly query: string;
  /** Why it failed; null: passed. */
  readonly failure: string | null;
}

/**
 * Runs a script from its first line to its last; a failure does not stop it.
 * Throws PromqlScriptError where the script cannot be read or its data cannot be loaded.
 */
export async function* runScript(
  text: string,
  engine: ScriptEngine,
): AsyncGenerator<EvaluationOutcome> {
  let storage = new MemoryStorage();
  for (const command of readScript(text)) {
    switch (command.kind) {
      case "clear":
        storage = new MemoryStorage();
        break;
      case "load":
        loadSeries(command, storage);
        break;
      case "evaluation": {
        const { line, query } = command;
        yield { line, query, failure: await runEvaluation(command, engine, storage) };
        break;
      }
    }
  }
}
