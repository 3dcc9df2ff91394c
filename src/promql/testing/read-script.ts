import { readEvaluation } from "./read-evaluation.ts";
import { readLoad } from "./read-load.ts";
import type { ScriptCommand } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

/** The lines of one block after its head, and the number of the first of them. */
export interface Block {
  readonly head: string;
  /** Of the head, from 1. */
  readonly line: number;
  readonly body: readonly string[];
}

/**
 * Reads a whole script. An empty line or a comment ends the block that is being read.
 * Throws PromqlScriptError.
 */
export function readScript(text: string): readonly ScriptCommand[] {
  const commands: ScriptCommand[] = [];
  const lines = text.split("\n").map((line) => {
    const trimmed = line.trim();
    return trimmed.startsWith("#") ? "" : trimmed;
  });
  for (let at = 0; at < lines.length; at++) {
    const head = lines[at] ?? "";
    if (head === "") continue;
    if (/^clear(?:\s|$)/i.test(head)) {
      commands.push({ kind: "clear", line: at + 1 });
      continue;
    }
    let end = at + 1;
    while (end < lines.length && lines[end] !== "") end += 1;
    const block: Block = { head, line: at + 1, body: lines.slice(at + 1, end) };
    commands.push(readBlock(block));
    at = end;
  }
  return commands;
}

function readBlock(block: Block): ScriptCommand {
  if (/^load/i.test(block.head)) return readLoad(block);
  if (/^eval/i.test(block.head)) return readEvaluation(block);
  throw new PromqlScriptError(block.line, `invalid command ${JSON.stringify(block.head)}`);
}
