import { type Queryable, SampleColumns } from "#model";
import type { PromqlStorage, StoredSeries } from "#promql";

/** A store as the query engine reads it, in one thread. */
export function storageOver(queryable: Queryable, until: DisposableStack): PromqlStorage {
  return {
    async select(matchers, minMs, maxMs) {
      const found: StoredSeries[] = [];
      for await (const series of queryable.select(matchers, { minMs, maxMs }, until)) {
        const samples = (): ReturnType<StoredSeries["samples"]> => {
          const columns = new SampleColumns();
          series.read(columns);
          const { length, timestampsMs, values, histograms } = columns;
          return { length, timestampsMs, values, histograms, startTimestampsMs: null };
        };
        found.push({ labels: series.labels, samples });
      }
      return found;
    },
  };
}
