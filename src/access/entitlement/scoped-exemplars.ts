import { assert } from "#lib/assert";
import { compareLabels, type ExemplarQueryable, type ExemplarsOfSeries, labelsKey } from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import { scopeSelection } from "./scoped-selection.ts";

/**
 * Exemplars as one tenant sees them. Rules on labels hold for an exemplar's own labels too: what is
 * hidden of the series must not come back by the pointer beside it.
 */
export function scopeExemplars(
  store: ExemplarQueryable,
  entitlement: CompiledEntitlement,
  nowMs: number,
): ExemplarQueryable {
  return {
    async selectExemplars(selection) {
      const { stored, means } = scopeSelection(selection, entitlement, nowMs);
      const bySeries = new Map<string, ExemplarsOfSeries>();
      for (const series of await store.selectExemplars(stored)) {
        assert(entitlement.admits(series.labels), "a store gave a series outside the entitlement");
        const labels = entitlement.transform(series.labels);
        if (!means(labels)) continue;
        const key = labelsKey(labels);
        const exemplars = series.exemplars.map((exemplar) => ({
          ...exemplar,
          labels: entitlement.transform(exemplar.labels),
        }));
        const others = bySeries.get(key)?.exemplars ?? [];
        const all = [...others, ...exemplars].toSorted((a, b) => a.timestampMs - b.timestampMs);
        bySeries.set(key, { labels, exemplars: all });
      }
      return [...bySeries.values()].toSorted((a, b) => compareLabels(a.labels, b.labels));
    },
  };
}
