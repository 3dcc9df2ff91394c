import { LATENCY_BOUNDS_SECONDS, type MetricRow } from "#telemetry";
import { GATEWAY_SERIES_MAX } from "./limits.ts";

const NAMED = { openLabels: ["name"], seriesMax: GATEWAY_SERIES_MAX } as const;
const BODY_BOUNDS_BYTES = [0, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 16_777_216];

/** The gateway's telemetry as the process' own metrics: the same counts as in `/__stats`. */
export const gatewayMetrics = {
  connections: {
    name: "gaugeway_gateway_requests",
    type: "counter",
    help: "Requests that reached an endpoint, by direction: in when begun, out when ended.",
    labels: ["direction"],
  },
  responses: {
    name: "gaugeway_gateway_responses",
    type: "counter",
    help: "Responses of endpoints, by status.",
    labels: ["name", "status"],
    ...NAMED,
  },
  responseSeconds: {
    name: "gaugeway_gateway_response_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time until an endpoint's handler has returned, streaming of the body included.",
    labels: ["name"],
    bounds: LATENCY_BOUNDS_SECONDS,
    ...NAMED,
  },
  responseBytes: {
    name: "gaugeway_gateway_response_size_bytes",
    type: "histogram",
    unit: "bytes",
    help: "Size of response bodies; 0 where there was none.",
    labels: ["name"],
    bounds: BODY_BOUNDS_BYTES,
    ...NAMED,
  },
  calls: {
    name: "gaugeway_gateway_calls",
    type: "counter",
    help: "Calls of pipes and backends; complete: the response was flagged complete; error: the call failed.",
    labels: ["layer", "name", "complete", "error"],
    ...NAMED,
  },
  callSeconds: {
    name: "gaugeway_gateway_call_duration_seconds",
    type: "histogram",
    unit: "seconds",
    help: "Time of calls of pipes and backends.",
    labels: ["layer", "name"],
    bounds: LATENCY_BOUNDS_SECONDS,
    ...NAMED,
  },
  tlsVersions: {
    name: "gaugeway_gateway_tls_version_requests",
    type: "counter",
    help: "Requests over TLS that reached an endpoint, by protocol version.",
    labels: ["version"],
  },
  tlsCiphers: {
    name: "gaugeway_gateway_tls_cipher_requests",
    type: "counter",
    help: "Requests over TLS that reached an endpoint, by cipher suite.",
    labels: ["cipher"],
  },
} as const satisfies Record<string, MetricRow>;
