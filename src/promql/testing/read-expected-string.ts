import { escapeFault, unquote } from "../syntax/unquote.ts";
import { PromqlScriptError } from "./script-error.ts";

/** `expect string "…"`: a Go string literal, quoted or raw. */
export function readExpectedString(text: string, line: number): string {
  const literal = text.trim();
  const isQuoted = /^"(?:[^"\\]|\\.)*"$/.test(literal) && escapeFault(literal) === null;
  if (!isQuoted && !/^`[^`]*`$/.test(literal)) {
    const reason = "expected string literal not valid - check that the string is correctly quoted";
    throw new PromqlScriptError(line, reason);
  }
  return unquote(literal);
}
