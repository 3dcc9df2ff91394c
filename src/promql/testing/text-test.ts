import { compileMatcher } from "#model";
import type { TextTest } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

/** Any text passes. */
export const ANYTHING: TextTest = { description: "any message", passes: () => true };

export function exactly(message: string): TextTest {
  return { description: JSON.stringify(message), passes: (text) => text === message };
}

/** An RE2 expression that is found anywhere in the text. */
export function matching(pattern: string, line: number): TextTest {
  try {
    const passes = compileMatcher({
      name: "",
      operator: "=~",
      value: `(?s:.*)(?:${pattern})(?s:.*)`,
    });
    return { description: `pattern ${JSON.stringify(pattern)}`, passes };
  } catch {
    throw new PromqlScriptError(line, `invalid regular expression ${JSON.stringify(pattern)}`);
  }
}
