import type { QueryFeature, QueryPoolLimits, QuerySettings } from "#query";
import { list, section } from "../schema/collections.ts";
import { byteSize, choice, duration, integer } from "../schema/scalars.ts";
import { defaulted, present, type ValueOf } from "../schema/schema.ts";

const live = { reload: "live" } as const;
const HOUR_MS = 3_600_000;

const FEATURES = [
  "promql-experimental-functions",
  "promql-delayed-name-removal",
  "promql-extended-range-selectors",
  "promql-binop-fill-modifiers",
] as const satisfies readonly QueryFeature[];

export const querySchema = section(
  {
    timeout: defaulted(
      duration({ min: 1, max: HOUR_MS }),
      "2m",
      "How long a query may take, waiting for its turn included; a request may ask for less.",
      live,
    ),
    lookback: defaulted(
      duration({ min: 1, max: 24 * HOUR_MS }),
      "5m",
      "How far back the newest sample of a series may lie; a request may ask for another.",
      live,
    ),
    samples_max: defaulted(
      integer({ min: 1, max: 2_000_000_000 }),
      "50000000",
      "Samples that one query may hold in memory; more are refused with 422.",
      live,
    ),
    memory_max: defaulted(
      byteSize({ min: 1024 * 1024 }),
      "512MB",
      "Memory that one query may take for the columns it computes; more is refused with 422.",
      live,
    ),
    series_max: defaulted(
      integer({ min: 1, max: 100_000_000 }),
      "1000000",
      "Series that one selector of a query may mean; more are refused with 422.",
      live,
    ),
    result_bytes_max: defaulted(
      byteSize({ min: 1024 }),
      "512MB",
      "How long an answer may be, estimated as JSON; longer ones are refused with 422.",
      live,
    ),
    concurrent_max: defaulted(
      integer({ min: 1, max: 256 }),
      "4",
      "Queries that are evaluated at the same time, each in a thread of its own.",
    ),
    tenant_concurrent_max: defaulted(
      integer({ min: 1, max: 256 }),
      "2",
      "Of these, for one tenant; the tenant's others wait.",
    ),
    tenant_queued_max: defaulted(
      integer({ min: 0, max: 100_000 }),
      "100",
      "Queries of one tenant that may wait for their turn; more are answered with 429.",
    ),
    thread_idle: defaulted(
      duration({ min: 1000, max: 24 * HOUR_MS }),
      "5m",
      "An idle thread is kept this long for the next query.",
    ),
    features: present(
      list(choice(...FEATURES), { max: FEATURES.length, called: "feature names" }),
      "Experimental parts of the language to switch on, by Prometheus' names of their flags.",
      live,
    ),
  },
  {
    check(values, refuse) {
      if (values.tenant_concurrent_max > values.concurrent_max) {
        refuse(
          "tenant_concurrent_max",
          `must be at most concurrent_max (${values.concurrent_max})`,
        );
      }
    },
  },
);

export interface QueryConfig {
  readonly timeoutMs: number;
  readonly settings: QuerySettings;
  readonly pool: QueryPoolLimits;
}

export function toQueryConfig(values: ValueOf<typeof querySchema>): QueryConfig {
  return {
    timeoutMs: values.timeout,
    settings: {
      lookbackMs: values.lookback,
      samplesMax: values.samples_max,
      memoryBytesMax: values.memory_max,
      seriesMax: values.series_max,
      resultBytesMax: values.result_bytes_max,
      features: values.features,
    },
    pool: {
      concurrentMax: values.concurrent_max,
      tenantConcurrentMax: values.tenant_concurrent_max,
      tenantQueuedMax: values.tenant_queued_max,
      threadIdleMs: values.thread_idle,
    },
  };
}
