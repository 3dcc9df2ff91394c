import type { MetricRow } from "./metric-definition.ts";

const THREAD = ["thread"] as const;

/** What every process reports of its runtime; names as Prometheus client libraries have them. */
export const telemetryMetrics = {
  seriesOverflows: {
    name: "gaugeway_telemetry_series_overflows",
    type: "counter",
    help: "How often a label combination was counted under the value other because its family is full.",
    labels: ["metric"],
  },
  build: {
    name: "gaugeway_build",
    type: "info",
    help: "The running version of Gaugeway and of Node.",
    labels: ["version", "node_version"],
  },
  cpuSeconds: {
    name: "process_cpu_seconds",
    type: "counter",
    help: "User and system CPU time spent.",
    unit: "seconds",
  },
  startTime: {
    name: "process_start_time_seconds",
    type: "gauge",
    help: "When the process started, in seconds since 1970.",
    unit: "seconds",
  },
  residentMemory: {
    name: "process_resident_memory_bytes",
    type: "gauge",
    help: "Resident memory.",
    unit: "bytes",
  },
  openFds: {
    name: "process_open_fds",
    type: "gauge",
    help: "Open file descriptors; absent where the system does not tell.",
  },
  maxFds: {
    name: "process_max_fds",
    type: "gauge",
    help: "Most file descriptors that the process may open; absent where the system does not tell.",
  },
  heapUsed: {
    name: "nodejs_heap_used_bytes",
    type: "gauge",
    help: "JavaScript heap in use, by thread.",
    unit: "bytes",
    labels: THREAD,
  },
  heapTotal: {
    name: "nodejs_heap_total_bytes",
    type: "gauge",
    help: "JavaScript heap reserved, by thread.",
    unit: "bytes",
    labels: THREAD,
  },
  externalMemory: {
    name: "nodejs_external_memory_bytes",
    type: "gauge",
    help: "Memory outside the heap that JavaScript objects hold, array buffers included, by thread.",
    unit: "bytes",
    labels: THREAD,
  },
  eventLoopDelay: {
    name: "nodejs_eventloop_delay_seconds",
    type: "histogram",
    help: "How late a timer of 10 ms fired, by thread.",
    unit: "seconds",
    labels: THREAD,
    bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  },
  eventLoopActive: {
    name: "nodejs_eventloop_active_seconds",
    type: "counter",
    help: "Time that the event loop was busy, by thread.",
    unit: "seconds",
    labels: THREAD,
  },
  gcDuration: {
    name: "nodejs_gc_duration_seconds",
    type: "histogram",
    help: "Garbage collection pauses by thread and kind.",
    unit: "seconds",
    labels: ["thread", "kind"],
    bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5],
  },
} as const satisfies Record<string, MetricRow>;
