import { parseDuration } from "#lib/duration";
import { PromqlScriptError } from "./script-error.ts";

/** A time or a length in a script's head line, in milliseconds. */
export function readDuration(text: string, what: string, line: number): number {
  const durationMs = parseDuration(text);
  if (durationMs === null) {
    throw new PromqlScriptError(line, `invalid ${what} definition ${JSON.stringify(text)}`);
  }
  return durationMs;
}
