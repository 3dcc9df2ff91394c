import type { Matcher } from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";

/** A query's matchers, by where they can be tested. */
export interface SplitMatchers {
  /** On labels that no rule touches: the store has them as the tenant sees them. */
  readonly stored: readonly Matcher[];
  /** On labels that are dropped, moved away or replaced: only the rewritten labels tell. */
  readonly visible: readonly Matcher[];
}

export function splitMatchers(
  matchers: readonly Matcher[],
  { touchedLabels }: CompiledEntitlement,
): SplitMatchers {
  return {
    stored: matchers.filter(({ name }) => !touchedLabels.has(name)),
    visible: matchers.filter(({ name }) => touchedLabels.has(name)),
  };
}
