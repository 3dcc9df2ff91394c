import type { DurationNode } from "./duration.ts";

/** `@ 123.5`, `@ start()`, `@ end()`. */
export type AtModifier =
  | { readonly kind: "timestamp"; readonly timestampMs: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/** What moves the evaluation time of a selector or a subquery; null where it is not written. */
export interface TimeModifiers {
  /** Positive looks into the past. */
  readonly offset: DurationNode | null;
  readonly at: AtModifier | null;
}
