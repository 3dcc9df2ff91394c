import { OperatingError } from "#lib/operating-error";
import { printable } from "./printable.ts";
import type { Output } from "./terminal.ts";

/** What a command ends with. */
export const EXIT = {
  success: 0,
  /** The work failed; one sentence on standard error says why. */
  failure: 1,
  /** The command line was wrong. */
  usage: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line was wrong in a way that only the command can tell. */
export class UsageError extends OperatingError {
  constructor(message: string) {
    super("usage", message);
  }
}

/**
 * Prints an error and gives the exit code. An operating error is one sentence; anything else is a
 * bug of ours and comes with its stack, because that is what a report needs.
 */
export function reportError(output: Output, error: unknown): ExitCode {
  const label = output.style("red", "error:");
  if (error instanceof OperatingError) {
    output.line(`${label} ${sentence(error.message)}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.failure;
  }
  const message = error instanceof Error ? error.message : String(error);
  output.line(`${label} ${sentence(`this should not have happened: ${message}`)}`);
  if (error instanceof Error && error.stack !== undefined) {
    for (const line of error.stack.split("\n").slice(1)) output.line(printable(line));
  }
  return EXIT.failure;
}

/** Lines stay lines (a caret under a query); every other control character is made visible. */
function sentence(message: string): string {
  return message.split("\n").map(printable).join("\n");
}
