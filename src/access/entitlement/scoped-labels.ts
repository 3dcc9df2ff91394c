import { assert } from "#lib/assert";
import {
  compareLabels,
  compareUtf8,
  type LabelQueryable,
  type Labels,
  labelPairs,
  labelsKey,
  labelValue,
  METRIC_NAME,
  type SeriesSelection,
} from "#model";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import { scopeSelection } from "./scoped-selection.ts";

/** What series a store has, as one tenant sees it: names, values and metadata of its own series. */
export function scopeLabels(
  store: LabelQueryable,
  entitlement: CompiledEntitlement,
  nowMs: number,
): LabelQueryable {
  const visibleSeries = (selection: SeriesSelection) =>
    visibleLabels(store, selection, entitlement, nowMs);
  const storedSelection = (selection: SeriesSelection) =>
    scopeSelection(selection, entitlement, nowMs).stored;
  return {
    async labelNames(selection) {
      if (!entitlement.rewritesLabels) return store.labelNames(storedSelection(selection));
      const names = new Set<string>();
      for await (const labels of visibleSeries(selection)) {
        for (const [name] of labelPairs(labels)) names.add(name);
      }
      return [...names].toSorted(compareUtf8);
    },
    async labelValues(name, selection) {
      if (!entitlement.touchedLabels.has(name) && !hasTouched(selection, entitlement)) {
        return store.labelValues(name, storedSelection(selection));
      }
      const values = new Set<string>();
      for await (const labels of visibleSeries(selection)) values.add(labelValue(labels, name));
      values.delete("");
      return [...values].toSorted(compareUtf8);
    },
    async *seriesLabels(selection) {
      if (!entitlement.rewritesLabels) {
        yield* visibleSeries(selection);
        return;
      }
      const seen = new Map<string, Labels>();
      for await (const labels of visibleSeries(selection)) seen.set(labelsKey(labels), labels);
      yield* [...seen.values()].toSorted(compareLabels);
    },
    async metricMetadata(selection) {
      const known = await store.metricMetadata(storedSelection(selection));
      if (!hasTouched(selection, entitlement)) return known;
      const names = new Set<string>();
      for await (const labels of visibleSeries(selection)) {
        names.add(labelValue(labels, METRIC_NAME));
      }
      return known.filter(({ metricName }) => names.has(metricName));
    },
  };
}

/** Whether the selection speaks of labels that the store has otherwise. */
function hasTouched(
  { selectors }: SeriesSelection,
  { touchedLabels }: CompiledEntitlement,
): boolean {
  return selectors.some((matchers) => matchers.some(({ name }) => touchedLabels.has(name)));
}

async function* visibleLabels(
  store: LabelQueryable,
  selection: SeriesSelection,
  entitlement: CompiledEntitlement,
  nowMs: number,
): AsyncGenerator<Labels> {
  const { stored, means } = scopeSelection(selection, entitlement, nowMs);
  for await (const labels of store.seriesLabels(stored)) {
    assert(entitlement.admits(labels), "a store gave a series outside the entitlement");
    const visible = entitlement.transform(labels);
    if (means(visible)) yield visible;
  }
}
