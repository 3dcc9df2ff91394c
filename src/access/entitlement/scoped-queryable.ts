import { assert } from "#lib/assert";
import type { Matcher, Queryable, SelectedSeries, TimeRange } from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import { MEMBER_LOOKBACK_MS } from "./join-samples.ts";
import { mergeUnion } from "./merge-union.ts";
import { possibleSelectors } from "./possible-selectors.ts";
import { rewriteSelection } from "./rewrite-selection.ts";
import { splitMatchers } from "./split-matchers.ts";

/**
 * A store as one tenant sees it: the only door through which queries of tenants reach series.
 * Whatever matchers a query brings are looked up within the entitlement's selectors, never instead
 * of them, so that no text can widen what is seen. What comes out has passed a second, independent
 * look at its labels.
 */
export function scopeQueryable(
  store: Queryable,
  entitlement: CompiledEntitlement,
  nowMs: number,
): Queryable {
  return {
    select(matchers, range, until) {
      const seen = youngerPart(range, entitlement.maxAgeMs, nowMs);
      if (seen.minMs > seen.maxMs) return nothing();
      if (!entitlement.rewritesLabels) {
        return admitted({ store, entitlement, until }, matchers, seen);
      }
      // The query speaks of labels as the tenant sees them; only those that no rule touches can be
      // looked up in the store.
      const { stored, visible } = splitMatchers(matchers, entitlement);
      // What members of a joined series were worth when the range begins shows before it.
      const wide = { minMs: seen.minMs - MEMBER_LOOKBACK_MS, maxMs: seen.maxMs };
      const read = youngerPart(wide, entitlement.maxAgeMs, nowMs);
      const select = (end: DisposableStack) =>
        admitted({ store, entitlement, until: end }, stored, read);
      return rewriteSelection(select, { entitlement, matchers: visible, until });
    },
  };
}

function youngerPart(range: TimeRange, maxAgeMs: number | null, nowMs: number): TimeRange {
  return maxAgeMs === null
    ? range
    : { minMs: Math.max(range.minMs, nowMs - maxAgeMs), maxMs: range.maxMs };
}

interface Scope {
  readonly store: Queryable;
  readonly entitlement: CompiledEntitlement;
  readonly until: DisposableStack | undefined;
}

/** Admitted series by their stored labels, each once, however many selectors admit it. */
async function* admitted(
  { store, entitlement, until }: Scope,
  matchers: readonly Matcher[],
  range: TimeRange,
): AsyncGenerator<SelectedSeries> {
  const selectors = possibleSelectors(entitlement.selectors, matchers);
  const selections = selectors.map((selector) =>
    store.select([...selector, ...matchers], range, until),
  );
  for await (const series of mergeUnion(selections)) {
    assert(entitlement.admits(series.labels), "a store gave a series outside the entitlement");
    yield series;
  }
}

async function* nothing(): AsyncGenerator<SelectedSeries> {}
