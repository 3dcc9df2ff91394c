import type { AnnotationExpectation, Expectations } from "./script.ts";
import type { ScriptAnswer } from "./script-engine.ts";

/** Why the answer's warnings and infos are not those that the script expects; null where they are. */
export function checkAnnotations(expected: Expectations, answer: ScriptAnswer): string | null {
  return (
    checkKind("warning", expected.warnings, answer.warnings) ??
    checkKind("info", expected.infos, answer.infos)
  );
}

function checkKind(
  kind: string,
  expected: AnnotationExpectation,
  found: readonly string[],
): string | null {
  if (expected === "none") {
    return found.length === 0 ? null : `unexpected ${kind}: ${found.join("; ")}`;
  }
  if (expected.length === 0) return null;
  const unmet = expected.find((test) => !found.some((text) => test.passes(text)));
  if (unmet !== undefined) {
    const got = found.length === 0 ? "none" : found.join("; ");
    return `expected a ${kind} (${unmet.description}), got ${got}`;
  }
  const foreign = found.find((text) => !expected.some((test) => test.passes(text)));
  return foreign === undefined ? null : `unexpected ${kind}: ${foreign}`;
}
