import type { Histogram, Registry } from "#telemetry";
import type { ExposedResponses } from "./endpoint-metrics.ts";
import type { GatewayTelemetry } from "./gateway-telemetry.ts";
import type { Layer } from "./layer-metrics.ts";
import { gatewayMetrics } from "./metrics.ts";

/**
 * The gateway's telemetry in the process' own registry. Counts are copied when somebody looks;
 * durations and sizes are observed beside the windowed histograms, because a window that empties
 * itself cannot be told as one that only grows.
 */
export class ExposedMetrics {
  readonly #responseSeconds;
  readonly #responseBytes;
  readonly #callSeconds;
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#responseSeconds = registry.histogram(gatewayMetrics.responseSeconds);
    this.#responseBytes = registry.histogram(gatewayMetrics.responseBytes);
    this.#callSeconds = registry.histogram(gatewayMetrics.callSeconds);
  }

  responses(name: string): ExposedResponses {
    return { seconds: this.#responseSeconds.with(name), bytes: this.#responseBytes.with(name) };
  }

  calls(layer: Layer, name: string): Histogram {
    return this.#callSeconds.with(layer, name);
  }

  /** Shows the counts of `telemetry` from now on. */
  copyCountsOf(telemetry: GatewayTelemetry): void {
    const connections = this.#registry.counter(gatewayMetrics.connections);
    const responses = this.#registry.counter(gatewayMetrics.responses);
    const calls = this.#registry.counter(gatewayMetrics.calls);
    const versions = this.#registry.counter(gatewayMetrics.tlsVersions);
    const ciphers = this.#registry.counter(gatewayMetrics.tlsCiphers);
    this.#registry.onCollect(() => {
      const { connected, disconnected, tls } = telemetry;
      connections.with("in").raiseTo(connected.total + connected.current);
      connections.with("out").raiseTo(disconnected.total + disconnected.current);
      for (const endpoint of telemetry.endpoints()) {
        for (const [status, count] of endpoint.responses) {
          responses.with(endpoint.name, String(status)).raiseTo(count);
        }
      }
      for (const { layer, name, outcomes } of telemetry.layers()) {
        for (const { complete, error, calls: count } of outcomes) {
          calls.with(layer, name, String(complete), String(error)).raiseTo(count);
        }
      }
      for (const [version, count] of tls.versions) versions.with(version).raiseTo(count);
      for (const [cipher, count] of tls.ciphers) ciphers.with(cipher).raiseTo(count);
    });
  }
}
