import type { Labels, SeriesSelection } from "#model";
import { compileMatcher, labelValue } from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import { possibleSelectors } from "./possible-selectors.ts";
import { splitMatchers } from "./split-matchers.ts";

/** A selection of a tenant's, as the store must be asked and as its series are then looked through. */
export interface ScopedSelection {
  /** Each of the tenant's selectors within each of the entitlement's. None: there is nothing to see. */
  readonly stored: SeriesSelection;
  /** Whether the tenant's selection means a series with these labels, as the tenant sees them. */
  readonly means: (visible: Labels) => boolean;
}

export function scopeSelection(
  selection: SeriesSelection,
  entitlement: CompiledEntitlement,
  nowMs: number,
): ScopedSelection {
  const { maxAgeMs } = entitlement;
  const { minMs, maxMs } = selection.range;
  const oldestMs = maxAgeMs === null ? minMs : Math.max(minMs, nowMs - maxAgeMs);
  const split = selection.selectors.map((matchers) => splitMatchers(matchers, entitlement));
  const stored = split.flatMap((matchers) =>
    possibleSelectors(entitlement.selectors, matchers.stored).map((selector) => [
      ...selector,
      ...matchers.stored,
    ]),
  );
  const tests = selection.selectors.map((matchers) =>
    matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const),
  );
  return {
    stored: {
      ...selection,
      selectors: oldestMs > maxMs ? [] : stored,
      range: { minMs: oldestMs, maxMs },
    },
    means: (visible) =>
      tests.some((conditions) =>
        conditions.every(([name, test]) => test(labelValue(visible, name))),
      ),
  };
}
