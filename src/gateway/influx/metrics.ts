import type { MetricRow, Registry } from "#telemetry";
import type { DeliveryState } from "./delivery-state.ts";

/** The push to InfluxDB. */
export const influxMetrics = {
  batches: {
    name: "gaugeway_influx_batches",
    type: "counter",
    help: "Batches by what became of them: stored, refused by the server, dropped for want of room.",
    labels: ["outcome"],
  },
  points: {
    name: "gaugeway_influx_points_stored",
    type: "counter",
    help: "Points that the server has taken.",
  },
  failures: {
    name: "gaugeway_influx_write_failures",
    type: "counter",
    help: "Writes that failed and are tried again.",
  },
  queued: {
    name: "gaugeway_influx_batches_queued",
    type: "gauge",
    help: "Batches that the server does not have yet.",
  },
  lag: {
    name: "gaugeway_influx_lag_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Age of the oldest batch that the server does not have yet; 0 where it has all.",
  },
  lastSuccess: {
    name: "gaugeway_influx_last_success_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "When the server has last taken a batch, in seconds since 1970; 0 for never.",
  },
} as const satisfies Record<string, MetricRow>;

export function reportDelivery(registry: Registry, state: () => DeliveryState): void {
  const batches = registry.counter(influxMetrics.batches);
  const points = registry.counter(influxMetrics.points).with();
  const failures = registry.counter(influxMetrics.failures).with();
  const queued = registry.gauge(influxMetrics.queued).with();
  const lag = registry.gauge(influxMetrics.lag).with();
  const lastSuccess = registry.gauge(influxMetrics.lastSuccess).with();
  registry.onCollect(() => {
    const now = state();
    batches.with("stored").raiseTo(now.batchesStored);
    batches.with("refused").raiseTo(now.batchesRefused);
    batches.with("dropped").raiseTo(now.batchesDropped);
    points.raiseTo(now.pointsStored);
    failures.raiseTo(now.writesFailed);
    queued.set(now.batchesQueued);
    lag.set(now.lagSeconds);
    lastSuccess.set((now.lastSuccessMs ?? 0) / 1000);
  });
}
