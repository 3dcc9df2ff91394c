import type { CounterResetHint } from "#model";

/**
 * The hint of a sum or a difference. Only gauges are usually added; for counters the hint stays
 * where both agree and is unknown where one is. `reset` against `not_reset` is a collision: the
 * caller warns.
 */
export function combineHints(
  a: CounterResetHint,
  b: CounterResetHint,
): { readonly hint: CounterResetHint; readonly collides: boolean } {
  if (a === b) return { hint: a, collides: false };
  if (a === "gauge" || b === "gauge") return { hint: "gauge", collides: false };
  return { hint: "unknown", collides: a !== "unknown" && b !== "unknown" };
}
