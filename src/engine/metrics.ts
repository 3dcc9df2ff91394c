import {
  type Counter,
  type Family,
  LATENCY_BOUNDS_SECONDS,
  type MetricRow,
  type Registry,
} from "#telemetry";
import type { ScrapeObserver } from "#sources";
import type { SnapshotObserver, SnapshotRenderer } from "#snapshot";
import type { Store, StoreEvent } from "#tsdb";

/** What the engine's thread counts. */
export const engineMetrics = {
  series: {
    name: "gaugeway_store_series",
    type: "gauge",
    help: "Series in memory.",
  },
  histogramSeries: {
    name: "gaugeway_store_histogram_series",
    type: "gauge",
    help: "Series whose newest sample is a native histogram: lines of text have no form for it, so scrapes leave them out.",
  },
  samplesAppended: {
    name: "gaugeway_store_samples_appended",
    type: "counter",
    help: "Samples stored, stale markers included.",
  },
  samplesRejected: {
    name: "gaugeway_store_samples_rejected",
    type: "counter",
    help: "Samples left out, by reason.",
    labels: ["reason"],
  },
  commits: {
    name: "gaugeway_store_commits",
    type: "counter",
    help: "Group commits of the store's log.",
  },
  logBytes: {
    name: "gaugeway_store_log_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Size of the store's log: what a restart has to read.",
  },
  headBytes: {
    name: "gaugeway_store_head_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Compressed samples in memory.",
  },
  blocks: {
    name: "gaugeway_store_blocks",
    type: "gauge",
    help: "Block files.",
  },
  blockBytes: {
    name: "gaugeway_store_block_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Size of all block files together.",
  },
  oldest: {
    name: "gaugeway_store_oldest_sample_timestamp_seconds",
    type: "gauge",
    unit: "seconds",
    help: "Time of the oldest sample that is kept, in seconds since 1970.",
  },
  degraded: {
    name: "gaugeway_store_degraded",
    type: "gauge",
    help: "1 while new samples are refused because they cannot be made durable.",
  },
  quarantined: {
    name: "gaugeway_store_files_quarantined",
    type: "counter",
    help: "Damaged files put into quarantine.",
  },
  scrapes: {
    name: "gaugeway_target_scrapes",
    type: "counter",
    help: "Scrapes of targets, by outcome: ok or the error's code.",
    labels: ["outcome"],
  },
  scrapeDuration: {
    name: "gaugeway_target_scrape_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time of one scrape until its samples are durable.",
    bounds: LATENCY_BOUNDS_SECONDS,
  },
  scrapeSamples: {
    name: "gaugeway_target_samples_scraped",
    type: "counter",
    help: "Samples read from targets, before relabeling.",
  },
  scrapeBytes: {
    name: "gaugeway_target_body_bytes",
    type: "counter",
    unit: "bytes",
    help: "Bytes read from targets, after decompression.",
  },
  discoveryFailures: {
    name: "gaugeway_discovery_failures",
    type: "counter",
    help: "Rounds of service discovery that failed, by kind.",
    labels: ["kind"],
  },
  snapshotDuration: {
    name: "gaugeway_snapshot_render_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time to make one snapshot.",
    bounds: LATENCY_BOUNDS_SECONDS,
  },
  snapshotRefusals: {
    name: "gaugeway_snapshot_refusals",
    type: "counter",
    help: "Snapshots refused as a whole, by code.",
    labels: ["code"],
  },
  snapshotViews: {
    name: "gaugeway_snapshot_views",
    type: "gauge",
    help: "Entitlements whose series list is kept in memory.",
  },
  snapshotPrefixBytes: {
    name: "gaugeway_snapshot_prefix_bytes",
    type: "gauge",
    unit: "bytes",
    help: "Rendered line prefixes kept in memory.",
  },
} as const satisfies Record<string, MetricRow>;

/** Counts scrapes as they end. */
export function observeScrapes(registry: Registry): ScrapeObserver {
  const scrapes = registry.counter(engineMetrics.scrapes);
  const duration = registry.histogram(engineMetrics.scrapeDuration).with();
  const samples = registry.counter(engineMetrics.scrapeSamples).with();
  const bytes = registry.counter(engineMetrics.scrapeBytes).with();
  const discovery = registry.counter(engineMetrics.discoveryFailures);
  return {
    scraped(event) {
      scrapes.with(event.errorCode ?? "ok").inc();
      duration.observe(event.durationMs / 1000);
      samples.inc(event.samplesScraped);
      bytes.inc(event.bodyBytes);
    },
    discoveryFailed: (kind) => discovery.with(kind).inc(),
  };
}

/** Counts what becomes of snapshots. */
export function observeSnapshots(registry: Registry): SnapshotObserver {
  const duration = registry.histogram(engineMetrics.snapshotDuration).with();
  const refusals = registry.counter(engineMetrics.snapshotRefusals);
  return {
    rendered: (render) => duration.observe(render.durationMs / 1000),
    refused: (refusal) => refusals.with(refusal.code).inc(),
  };
}

/** Counts damage; the store's own numbers are fetched when somebody looks. */
export function countQuarantined(registry: Registry): (event: StoreEvent) => void {
  const quarantined = registry.counter(engineMetrics.quarantined).with();
  return (event) => {
    if (event.kind === "block_quarantined" || event.kind === "head_salvaged") quarantined.inc();
  };
}

/** Shows the numbers that the store keeps itself. */
export function reportStore(registry: Registry, store: Store): void {
  const gauge = (row: MetricRow) => registry.gauge(row).with();
  const series = gauge(engineMetrics.series);
  const histogramSeries = gauge(engineMetrics.histogramSeries);
  const logBytes = gauge(engineMetrics.logBytes);
  const headBytes = gauge(engineMetrics.headBytes);
  const blocks = gauge(engineMetrics.blocks);
  const blockBytes = gauge(engineMetrics.blockBytes);
  const oldest = gauge(engineMetrics.oldest);
  const degraded = gauge(engineMetrics.degraded);
  const appended = registry.counter(engineMetrics.samplesAppended).with();
  const commits = registry.counter(engineMetrics.commits).with();
  const rejected: Family<Counter> = registry.counter(engineMetrics.samplesRejected);
  registry.onCollect(() => {
    const stats = store.stats();
    series.set(stats.series);
    histogramSeries.set(stats.histogramSeries);
    logBytes.set(stats.walBytes);
    headBytes.set(stats.headBytes);
    blocks.set(stats.blocks);
    blockBytes.set(stats.blockBytes);
    oldest.set((stats.oldestMs ?? Number.NaN) / 1000);
    degraded.set(stats.degraded === null ? 0 : 1);
    appended.raiseTo(stats.samplesAppended);
    commits.raiseTo(stats.commits);
    for (const [reason, count] of Object.entries(stats.samplesRejected)) {
      rejected.with(reason).raiseTo(count);
    }
  });
}

/** Shows what snapshots keep in memory. */
export function reportSnapshots(registry: Registry, renderer: () => SnapshotRenderer): void {
  const views = registry.gauge(engineMetrics.snapshotViews).with();
  const prefixBytes = registry.gauge(engineMetrics.snapshotPrefixBytes).with();
  registry.onCollect(() => {
    const { memory } = renderer();
    views.set(memory.views);
    prefixBytes.set(memory.prefixBytes);
  });
}
