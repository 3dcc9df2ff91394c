import { OperatingError } from "#lib/operating-error";

/** A script that cannot be read: says in which line and why. */
export class PromqlScriptError extends OperatingError {
  /** From 1. */
  readonly line: number;

  constructor(line: number, reason: string) {
    super("promql_script", `line ${line}: ${reason}`);
    this.line = line;
  }
}
