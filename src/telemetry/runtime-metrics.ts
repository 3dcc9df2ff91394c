import { readdirSync, readFileSync } from "node:fs";
import {
  constants,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
} from "node:perf_hooks";
import type { Histogram } from "./histogram.ts";
import { telemetryMetrics } from "./metrics.ts";
import type { Registry } from "./registry.ts";

export interface RuntimeMetricsOptions {
  /** `main`, `engine`, …: each thread has a heap and an event loop of its own. */
  readonly thread: string;
  /** The package's version. The process-wide metrics come from the thread that is given one. */
  readonly version: string | null;
}

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>;

const DELAY_RESOLUTION_MS = 10;
const NS_PER_SECOND = 1e9;

/** Reports memory, event loop and garbage collection of this thread; stops when disposed. */
export function reportRuntime(registry: Registry, options: RuntimeMetricsOptions): Disposable {
  if (options.version !== null) reportProcess(registry, options.version);
  reportHeap(registry, options.thread);
  const delay = reportEventLoop(registry, options.thread);
  const gc = reportGarbageCollection(registry, options.thread);
  return {
    [Symbol.dispose]() {
      delay.disable();
      gc.disconnect();
    },
  };
}

function reportProcess(registry: Registry, version: string): void {
  registry.info(telemetryMetrics.build, [version, process.versions.node]);
  const cpu = registry.counter(telemetryMetrics.cpuSeconds).with();
  const resident = registry.gauge(telemetryMetrics.residentMemory).with();
  registry
    .gauge(telemetryMetrics.startTime)
    .with()
    .set(Math.round(performance.timeOrigin) / 1000);
  const maxFdsNow = maxFds();
  if (maxFdsNow !== null) registry.gauge(telemetryMetrics.maxFds).with().set(maxFdsNow);
  const openFdsGauge = openFds() === null ? null : registry.gauge(telemetryMetrics.openFds).with();
  registry.onCollect(() => {
    const { user, system } = process.cpuUsage();
    cpu.raiseTo((user + system) / 1e6);
    resident.set(process.memoryUsage.rss());
    openFdsGauge?.set(openFds() ?? 0);
  });
}

function reportHeap(registry: Registry, thread: string): void {
  const used = registry.gauge(telemetryMetrics.heapUsed).with(thread);
  const total = registry.gauge(telemetryMetrics.heapTotal).with(thread);
  const external = registry.gauge(telemetryMetrics.externalMemory).with(thread);
  registry.onCollect(() => {
    const memory = process.memoryUsage();
    used.set(memory.heapUsed);
    total.set(memory.heapTotal);
    external.set(memory.external);
  });
}

function reportEventLoop(registry: Registry, thread: string): IntervalHistogram {
  const active = registry.counter(telemetryMetrics.eventLoopActive).with(thread);
  const delay = registry.histogram(telemetryMetrics.eventLoopDelay).with(thread);
  const monitor = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  monitor.enable();
  const counts = telemetryMetrics.eventLoopDelay.bounds.map(() => 0);
  registry.onCollect(() => {
    active.raiseTo(performance.eventLoopUtilization().active / 1000);
    copyDelays(monitor, counts, delay);
  });
  return monitor;
}

/**
 * The runtime keeps percentiles, not buckets: the share of firings at or below a bound is the
 * highest percentile whose value is. `cumulative` remembers the last answer, since a bucket must
 * never fall and percentiles are coarse.
 */
function copyDelays(monitor: IntervalHistogram, cumulative: number[], into: Histogram): void {
  const { bounds } = telemetryMetrics.eventLoopDelay;
  const resolutionNs = DELAY_RESOLUTION_MS * 1e6;
  const percentiles = Array.from(monitor.percentiles);
  for (const [i, bound] of bounds.entries()) {
    let share = 0;
    for (const [percentile, valueNs] of percentiles) {
      if (valueNs - resolutionNs <= bound * NS_PER_SECOND) share = Math.max(share, percentile);
    }
    const count = Math.round((share / 100) * monitor.count);
    cumulative[i] = Math.max(cumulative[i] ?? 0, cumulative[i - 1] ?? 0, count);
  }
  const inBuckets = cumulative.map((count, i) => count - (cumulative[i - 1] ?? 0));
  const total = Math.max(monitor.count, cumulative.at(-1) ?? 0);
  const meanNs = monitor.count === 0 ? 0 : Math.max(0, monitor.mean - resolutionNs);
  into.replace(
    [...inBuckets, total - (cumulative.at(-1) ?? 0)],
    (meanNs * monitor.count) / NS_PER_SECOND,
  );
}

const GC_KINDS: ReadonlyMap<number, string> = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

function reportGarbageCollection(registry: Registry, thread: string): PerformanceObserver {
  const pauses = registry.histogram(telemetryMetrics.gcDuration);
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = (entry as { detail?: { kind?: number } }).detail?.kind ?? -1;
      pauses.with(thread, GC_KINDS.get(kind) ?? "unknown").observe(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return observer;
}

/** Null where there is no /proc. */
function openFds(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}

function maxFds(): number | null {
  try {
    const match = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"));
    return match === null ? null : Number(match[1]);
  } catch {
    return null;
  }
}
