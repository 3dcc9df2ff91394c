import type { Output } from "./terminal.ts";

/**
 * The `--json` of every command: one document on standard output, keys as in the code (camelCase,
 * units in the names), times in milliseconds since 1970 as `…Ms`. On a terminal it is indented.
 */
export function printJson(output: Output, value: unknown): void {
  output.line(JSON.stringify(value, null, output.isTerminal ? 2 : 0));
}
