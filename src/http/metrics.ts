import {
  type Counter,
  type Family,
  type Gauge,
  type Histogram,
  LATENCY_BOUNDS_SECONDS,
  type MetricRow,
  type Registry,
} from "#telemetry";

/** What the HTTP kernel counts. */
export const httpMetrics = {
  requests: {
    name: "gaugeway_http_requests",
    type: "counter",
    help: "Requests answered, by surface, method and class of the status.",
    labels: ["surface", "method", "status"],
  },
  duration: {
    name: "gaugeway_http_request_duration_seconds",
    type: "histogram",
    help: "Time from the request's headers to the last byte handed to the system.",
    unit: "seconds",
    labels: ["surface"],
    bounds: LATENCY_BOUNDS_SECONDS,
  },
  responseBytes: {
    name: "gaugeway_http_response_body_bytes",
    type: "counter",
    help: "Body bytes sent, compressed as they went.",
    unit: "bytes",
    labels: ["surface"],
  },
  inFlight: {
    name: "gaugeway_http_requests_in_flight",
    type: "gauge",
    help: "Requests being answered at present.",
    labels: ["listener"],
  },
  connections: {
    name: "gaugeway_http_connections",
    type: "gauge",
    help: "Open connections.",
    labels: ["listener"],
  },
  aborted: {
    name: "gaugeway_http_responses_aborted",
    type: "counter",
    help: "Answers that the client did not take to the end.",
    labels: ["surface"],
  },
  limitsHit: {
    name: "gaugeway_http_limits_hit",
    type: "counter",
    help: "Requests and connections refused by a limit, by the limit's name.",
    labels: ["listener", "limit"],
  },
  malformed: {
    name: "gaugeway_http_malformed_requests",
    type: "counter",
    help: "Connections closed because what they sent is not HTTP as it should be.",
    labels: ["listener"],
  },
  certificateReloads: {
    name: "gaugeway_tls_certificate_reloads",
    type: "counter",
    help: "Attempts to load a changed certificate, by outcome.",
    labels: ["listener", "outcome"],
  },
  certificateExpiry: {
    name: "gaugeway_tls_certificate_expiry_timestamp_seconds",
    type: "gauge",
    help: "When the certificate in use ends, in seconds since 1970.",
    unit: "seconds",
    labels: ["listener"],
  },
} as const satisfies Record<string, MetricRow>;

/** The registered families; made once for all listeners of a process. */
export interface HttpTelemetry {
  readonly requests: Family<Counter>;
  readonly duration: Family<Histogram>;
  readonly responseBytes: Family<Counter>;
  readonly inFlight: Family<Gauge>;
  readonly connections: Family<Gauge>;
  readonly aborted: Family<Counter>;
  readonly limitsHit: Family<Counter>;
  readonly malformed: Family<Counter>;
  readonly certificateReloads: Family<Counter>;
  readonly certificateExpiry: Family<Gauge>;
}

export function createHttpTelemetry(registry: Registry): HttpTelemetry {
  return {
    requests: registry.counter(httpMetrics.requests),
    duration: registry.histogram(httpMetrics.duration),
    responseBytes: registry.counter(httpMetrics.responseBytes),
    inFlight: registry.gauge(httpMetrics.inFlight),
    connections: registry.gauge(httpMetrics.connections),
    aborted: registry.counter(httpMetrics.aborted),
    limitsHit: registry.counter(httpMetrics.limitsHit),
    malformed: registry.counter(httpMetrics.malformed),
    certificateReloads: registry.counter(httpMetrics.certificateReloads),
    certificateExpiry: registry.gauge(httpMetrics.certificateExpiry),
  };
}
