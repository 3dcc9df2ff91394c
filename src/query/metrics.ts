import {
  type Counter,
  type Family,
  type Histogram,
  LATENCY_BOUNDS_SECONDS,
  type MetricRow,
  type Registry,
} from "#telemetry";

/** What is counted of queries. */
export const queryMetrics = {
  running: {
    name: "gaugeway_query_running",
    type: "gauge",
    help: "Queries that are being evaluated or sent.",
  },
  waiting: {
    name: "gaugeway_query_waiting",
    type: "gauge",
    help: "Queries that wait for their turn.",
  },
  threads: {
    name: "gaugeway_query_threads",
    type: "gauge",
    help: "Query threads, idle ones included.",
  },
  queries: {
    name: "gaugeway_queries",
    type: "counter",
    help: "Queries by tenant and outcome: ok or the code of the error.",
    labels: ["tenant", "outcome"],
    openLabels: ["tenant"],
  },
  duration: {
    name: "gaugeway_query_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "From a query's arrival until its answer is evaluated, waiting included.",
    bounds: LATENCY_BOUNDS_SECONDS,
  },
  samplesRead: {
    name: "gaugeway_query_samples_read",
    type: "counter",
    help: "Samples that queries have read from the store, by tenant.",
    labels: ["tenant"],
    openLabels: ["tenant"],
  },
} as const satisfies Record<string, MetricRow>;

export interface QueryTelemetry {
  readonly queries: Family<Counter>;
  readonly duration: Histogram;
  readonly samplesRead: Family<Counter>;
}

export function createQueryTelemetry(registry: Registry): QueryTelemetry {
  return {
    queries: registry.counter(queryMetrics.queries),
    duration: registry.histogram(queryMetrics.duration).with(),
    samplesRead: registry.counter(queryMetrics.samplesRead),
  };
}

/** The load at the moment, asked whenever the metrics are collected. */
export function reportQueryLoad(
  registry: Registry,
  load: () => { readonly running: number; readonly waiting: number; readonly threads: number },
): void {
  const running = registry.gauge(queryMetrics.running).with();
  const waiting = registry.gauge(queryMetrics.waiting).with();
  const threads = registry.gauge(queryMetrics.threads).with();
  registry.onCollect(() => {
    const now = load();
    running.set(now.running);
    waiting.set(now.waiting);
    threads.set(now.threads);
  });
}
