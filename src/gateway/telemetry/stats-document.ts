import { compareUtf8 } from "#model";
import type { ConnectionMetrics } from "./connection-metrics.ts";
import type { EndpointMetrics } from "./endpoint-metrics.ts";
import type { DeliveryState } from "../influx/delivery-state.ts";
import type { GatewayTelemetry } from "./gateway-telemetry.ts";
import { formatGeneral } from "./go-float.ts";
import type { LayerMetrics } from "./layer-metrics.ts";
import type { SampleReservoir } from "./sample-reservoir.ts";
import { summarise } from "./sample-summary.ts";
import { memstatsJson } from "./service/memstats.ts";
import type { ServiceMetrics } from "./service/service-metrics.ts";
import type { Timer } from "./timer.ts";

/** A key and its value as JSON. */
type Entry = readonly [key: string, json: string];

const PERCENTILES = [
  ["50", 0.5],
  ["75", 0.75],
  ["95", 0.95],
  ["99", 0.99],
  ["999", 0.999],
] as const;

/**
 * The body of `/__stats`: one flat object, a line for each key, keys in byte order. Written by hand
 * because JSON.stringify knows neither integers above 2^53 nor the original's spelling of floats.
 */
export function statsDocument(
  telemetry: GatewayTelemetry,
  delivery: DeliveryState | null = null,
): string {
  const entries: Entry[] = [
    ...(delivery === null ? [] : deliveryEntries(delivery)),
    ["cmdline", JSON.stringify(process.argv)],
    ["memstats", memstatsJson(telemetry.service)],
    ...routerEntries(telemetry),
    ...Array.from(telemetry.endpoints(), (endpoint) => [...endpointEntries(endpoint)]).flat(),
    ...Array.from(telemetry.layers(), (layer) => [...layerEntries(layer)]).flat(),
    ...serviceEntries(telemetry.service),
  ];
  const lines = entries
    .toSorted(([a], [b]) => compareUtf8(a, b))
    .map(([key, json]) => `${JSON.stringify(key)}: ${json}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Only where there is a push; the original has no such keys. */
function deliveryEntries(delivery: DeliveryState): Entry[] {
  return Object.entries(delivery).map(([name, value]) => [
    `gaugeway.influx.${name}`,
    JSON.stringify(value),
  ]);
}

function* routerEntries({ connected, disconnected, tls }: GatewayTelemetry): Generator<Entry> {
  yield* connectionEntries("krakend.router.connected", connected);
  yield* connectionEntries("krakend.router.disconnected", disconnected);
  for (const [version, count] of tls.versions) {
    yield [`krakend.router.tls_version.${version}.count`, String(count)];
  }
  for (const [cipher, count] of tls.ciphers) {
    yield [`krakend.router.tls_cipher.${cipher}.count`, String(count)];
  }
}

function* connectionEntries(
  prefix: string,
  { current, gauge, total }: ConnectionMetrics,
): Generator<Entry> {
  yield [prefix, String(current)];
  yield [`${prefix}-gauge`, String(gauge)];
  yield [`${prefix}-total`, String(total)];
}

function* endpointEntries(endpoint: EndpointMetrics): Generator<Entry> {
  const prefix = `krakend.router.response.${endpoint.name}`;
  // Registered, but never counted, by the original; readers of the key set expect it.
  yield [`${prefix}.status`, "0"];
  for (const [status, count] of endpoint.responses) {
    yield [`${prefix}.status.${status}.count`, String(count)];
  }
  yield* histogramEntries(`${prefix}.size`, endpoint.sizeBytes);
  yield* histogramEntries(`${prefix}.time`, endpoint.timeNs);
}

function* layerEntries({ layer, name, outcomes }: LayerMetrics): Generator<Entry> {
  for (const { complete, error, calls, latencyNs } of outcomes) {
    const series = `layer.${layer}.name.${name}.complete.${complete}.error.${error}`;
    yield [`krakend.proxy.requests.${series}`, String(calls)];
    yield* histogramEntries(`krakend.proxy.latency.${series}`, latencyNs);
  }
}

function* serviceEntries(service: ServiceMetrics): Generator<Entry> {
  const debug = "krakend.service.debug";
  const runtime = "krakend.service.runtime";
  for (const [field, value] of service.debug) yield [`${debug}.${field}`, String(value)];
  yield* histogramEntries(`${debug}.GCStats.Pause`, service.latestPauseNs);
  yield* timerEntries(`${debug}.ReadGCStats`, service.readingCollector);
  for (const [field, value] of service.runtime) yield [`${runtime}.${field}`, String(value)];
  yield [`${runtime}.MemStats.GCCPUFraction`, formatGeneral(service.collectorCpuShare)];
  yield* histogramEntries(`${runtime}.MemStats.PauseNs`, service.everyPauseNs);
  yield* timerEntries(`${runtime}.ReadMemStats`, service.readingMemory);
}

function* histogramEntries(prefix: string, reservoir: SampleReservoir): Generator<Entry> {
  const summary = summarise(reservoir);
  yield [`${prefix}.count`, String(summary.count)];
  yield [`${prefix}.min`, formatGeneral(summary.min)];
  yield [`${prefix}.max`, formatGeneral(summary.max)];
  yield [`${prefix}.mean`, formatGeneral(summary.mean)];
  yield [`${prefix}.std-dev`, formatGeneral(summary.stdDev)];
  for (const [name, share] of PERCENTILES) {
    yield [`${prefix}.${name}-percentile`, formatGeneral(summary.percentile(share))];
  }
}

function* timerEntries(prefix: string, { durationsNs, meter }: Timer): Generator<Entry> {
  yield* histogramEntries(prefix, durationsNs);
  const [one, five, fifteen] = meter.rates();
  yield [`${prefix}.one-minute`, formatGeneral(one)];
  yield [`${prefix}.five-minute`, formatGeneral(five)];
  yield [`${prefix}.fifteen-minute`, formatGeneral(fifteen)];
  yield [`${prefix}.mean-rate`, formatGeneral(meter.meanRate())];
}
