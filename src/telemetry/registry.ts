import { assert } from "#lib/assert";
import type { CollectedFamilies } from "./collected-family.ts";
import { Counter } from "./counter.ts";
import { createFamily, type Family } from "./family.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import { defineMetric } from "./define-metric.ts";
import type { MetricRow, ReportedType } from "./metric-definition.ts";
import { telemetryMetrics } from "./metrics.ts";
import { SeriesTable } from "./series-table.ts";

/**
 * The metrics of one thread. Parts bind their series at start and count on the hot path; numbers
 * that are kept elsewhere are fetched by collectors when somebody looks.
 */
export interface Registry {
  counter(row: MetricRow): Family<Counter>;
  gauge(row: MetricRow): Family<Gauge>;
  histogram(row: MetricRow): Family<Histogram>;
  /** A family whose series is always 1 and tells by its labels. */
  info(row: MetricRow, labelValues: readonly string[]): void;
  /** Called before each collection to bring gauges up to date; must not throw or wait. */
  onCollect(collector: () => void): void;
  /** Everything as plain data, structured-cloneable, families in order of registration. */
  collect(): CollectedFamilies;
}

export function createRegistry(): Registry {
  const tables = new Map<string, SeriesTable>();
  const collectors: (() => void)[] = [];

  function register(row: MetricRow, type: ReportedType): SeriesTable {
    assert(row.type === type, `${row.name} is a ${row.type}, not a ${type}`);
    assert(!tables.has(row.name), `metric ${row.name} is registered twice`);
    const table = new SeriesTable(defineMetric(row));
    tables.set(row.name, table);
    if (table.definition.labels.length === 0) table.offsetOf([]);
    return table;
  }

  const registry: Registry = {
    counter: (row) => createFamily(register(row, "counter"), (t, at) => new Counter(t, at)),
    gauge: (row) => createFamily(register(row, "gauge"), (t, at) => new Gauge(t, at)),
    histogram: (row) => createFamily(register(row, "histogram"), (t, at) => new Histogram(t, at)),
    info(row, labelValues) {
      const table = register(row, "info");
      new Gauge(table, table.offsetOf(labelValues)).set(1);
    },
    onCollect(collector) {
      collectors.push(collector);
    },
    collect() {
      for (const collector of collectors) collector();
      return Array.from(tables.values(), (table) => table.collect());
    },
  };

  const overflows = registry.counter(telemetryMetrics.seriesOverflows);
  registry.onCollect(() => {
    for (const [name, table] of tables) {
      if (table.overflowed > 0) overflows.with(name).raiseTo(table.overflowed);
    }
  });
  return registry;
}
