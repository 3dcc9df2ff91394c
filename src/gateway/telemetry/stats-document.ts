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

/** Takes a key and its value as JSON. */
type Write = (key: string, json: string) => void;

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
  const entries: (readonly [key: string, json: string])[] = [];
  const write: Write = (key, json) => entries.push([key, json]);
  write("cmdline", JSON.stringify(process.argv));
  write("memstats", memstatsJson(telemetry.service));
  if (delivery !== null) writeDelivery(write, delivery);
  writeRouter(write, telemetry);
  for (const endpoint of telemetry.endpoints()) writeEndpoint(write, endpoint);
  for (const layer of telemetry.layers()) writeLayer(write, layer);
  writeService(write, telemetry.service);
  const lines = entries
    .toSorted(([a], [b]) => compareUtf8(a, b))
    .map(([key, json]) => `${JSON.stringify(key)}: ${json}`);
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** Only where there is a push; the original has no such keys. */
function writeDelivery(write: Write, delivery: DeliveryState): void {
  for (const [name, value] of Object.entries(delivery)) {
    write(`gaugeway.influx.${name}`, JSON.stringify(value));
  }
}

function writeRouter(write: Write, { connected, disconnected, tls }: GatewayTelemetry): void {
  writeConnections(write, "krakend.router.connected", connected);
  writeConnections(write, "krakend.router.disconnected", disconnected);
  for (const [version, count] of tls.versions) {
    write(`krakend.router.tls_version.${version}.count`, String(count));
  }
  for (const [cipher, count] of tls.ciphers) {
    write(`krakend.router.tls_cipher.${cipher}.count`, String(count));
  }
}

function writeConnections(
  write: Write,
  prefix: string,
  { current, gauge, total }: ConnectionMetrics,
): void {
  write(prefix, String(current));
  write(`${prefix}-gauge`, String(gauge));
  write(`${prefix}-total`, String(total));
}

function writeEndpoint(write: Write, endpoint: EndpointMetrics): void {
  const prefix = `krakend.router.response.${endpoint.name}`;
  // Registered, but never counted, by the original; readers of the key set expect it.
  write(`${prefix}.status`, "0");
  for (const [status, count] of endpoint.responses) {
    write(`${prefix}.status.${status}.count`, String(count));
  }
  writeHistogram(write, `${prefix}.size`, endpoint.sizeBytes);
  writeHistogram(write, `${prefix}.time`, endpoint.timeNs);
}

function writeLayer(write: Write, { layer, name, outcomes }: LayerMetrics): void {
  for (const { complete, error, calls, latencyNs } of outcomes) {
    const series = `layer.${layer}.name.${name}.complete.${complete}.error.${error}`;
    write(`krakend.proxy.requests.${series}`, String(calls));
    writeHistogram(write, `krakend.proxy.latency.${series}`, latencyNs);
  }
}

function writeService(write: Write, service: ServiceMetrics): void {
  const debug = "krakend.service.debug";
  const runtime = "krakend.service.runtime";
  for (const [field, value] of service.debug) write(`${debug}.${field}`, String(value));
  writeHistogram(write, `${debug}.GCStats.Pause`, service.latestPauseNs);
  writeTimer(write, `${debug}.ReadGCStats`, service.readingCollector);
  for (const [field, value] of service.runtime) write(`${runtime}.${field}`, String(value));
  write(`${runtime}.MemStats.GCCPUFraction`, formatGeneral(service.collectorCpuShare));
  writeHistogram(write, `${runtime}.MemStats.PauseNs`, service.everyPauseNs);
  writeTimer(write, `${runtime}.ReadMemStats`, service.readingMemory);
}

const zero = (): string => "0";

function writeHistogram(write: Write, prefix: string, reservoir: SampleReservoir): void {
  const summary = summarise(reservoir);
  const number = summary.count === 0 ? zero : formatGeneral;
  write(`${prefix}.count`, String(summary.count));
  write(`${prefix}.min`, number(summary.min));
  write(`${prefix}.max`, number(summary.max));
  write(`${prefix}.mean`, number(summary.mean));
  write(`${prefix}.std-dev`, number(summary.stdDev));
  for (const [name, share] of PERCENTILES) {
    write(`${prefix}.${name}-percentile`, number(summary.percentile(share)));
  }
}

function writeTimer(write: Write, prefix: string, { durationsNs, meter }: Timer): void {
  writeHistogram(write, prefix, durationsNs);
  const [one, five, fifteen] = meter.rates();
  write(`${prefix}.one-minute`, formatGeneral(one));
  write(`${prefix}.five-minute`, formatGeneral(five));
  write(`${prefix}.fifteen-minute`, formatGeneral(fifteen));
  write(`${prefix}.mean-rate`, formatGeneral(meter.meanRate()));
}
