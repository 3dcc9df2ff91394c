import type { SeriesTable } from "./series-table.ts";

/** A family as the parts use it: bind a series by its label values, then keep the handle. */
export interface Family<Handle> {
  /** The same values give the same handle. Values in the order of the definition's labels. */
  with(...labelValues: readonly string[]): Handle;
}

/** Remembers handles, so that binding the same values again costs a lookup and no memory. */
export function createFamily<Handle>(
  table: SeriesTable,
  bind: (table: SeriesTable, offset: number) => Handle,
): Family<Handle> {
  const byOffset = new Map<number, Handle>();
  return {
    with(...labelValues) {
      const offset = table.offsetOf(labelValues);
      const known = byOffset.get(offset);
      if (known !== undefined) return known;
      const handle = bind(table, offset);
      byOffset.set(offset, handle);
      return handle;
    },
  };
}
