import type { Clock } from "#lib/clock";
import type { Registry } from "#telemetry";
import { ConnectionMetrics } from "./connection-metrics.ts";
import {
  type EndpointMeter,
  type GatewayMeter,
  type LayerMeter,
  silentMeter,
  type TlsFacts,
} from "../meter.ts";
import { EndpointMetrics } from "./endpoint-metrics.ts";
import { ExposedMetrics } from "./exposed-metrics.ts";
import { type Layer, LayerMetrics } from "./layer-metrics.ts";
import { summarise } from "./sample-summary.ts";
import { ServiceMetrics } from "./service/service-metrics.ts";
import { TlsMetrics } from "./tls-metrics.ts";
import type {
  ConnectionSnapshot,
  EndpointSnapshot,
  OutcomeSnapshot,
  WindowSnapshot,
} from "./window-snapshot.ts";

/** Which layers are measured. */
export interface MeasuredLayers {
  readonly router: boolean;
  readonly pipe: boolean;
  readonly backend: boolean;
}

export interface GatewayTelemetryDeps {
  readonly clock: Clock;
  /** Null: nothing is shown among the process' own metrics. */
  readonly registry: Registry | null;
  readonly measured: MeasuredLayers;
}

/** Everything that the gateway measures of itself: counts since the start, samples of one window. */
export class GatewayTelemetry implements GatewayMeter, Disposable {
  readonly connected = new ConnectionMetrics();
  readonly disconnected = new ConnectionMetrics();
  readonly tls = new TlsMetrics();
  readonly service: ServiceMetrics;
  readonly #endpoints = new Map<string, EndpointMetrics>();
  readonly #layers: Readonly<Record<Layer, Map<string, LayerMetrics>>> = {
    pipe: new Map(),
    backend: new Map(),
  };
  readonly #exposed: ExposedMetrics | null;
  readonly #measured: MeasuredLayers;
  readonly #clock: Clock;

  constructor({ clock, registry, measured }: GatewayTelemetryDeps) {
    this.#clock = clock;
    this.#measured = measured;
    this.service = new ServiceMetrics(clock);
    this.#exposed = registry === null ? null : new ExposedMetrics(registry);
    this.#exposed?.copyCountsOf(this);
  }

  endpoints(): Iterable<EndpointMetrics> {
    return this.#endpoints.values();
  }

  *layers(): Iterable<LayerMetrics> {
    yield* this.#layers.pipe.values();
    yield* this.#layers.backend.values();
  }

  endpoint(name: string): EndpointMeter {
    if (!this.#measured.router) return silentMeter.endpoint(name);
    const known = this.#endpoints.get(name);
    if (known !== undefined) return known;
    const endpoint = new EndpointMetrics(name, this.#exposed?.responses(name) ?? null);
    this.#endpoints.set(name, endpoint);
    return endpoint;
  }

  pipe(name: string): LayerMeter {
    return this.#layer("pipe", name);
  }

  backend(name: string): LayerMeter {
    return this.#layer("backend", name);
  }

  requestBegan(tls: TlsFacts | null): void {
    if (!this.#measured.router) return;
    this.connected.current += 1;
    if (tls !== null) this.tls.record(tls);
  }

  requestEnded(): void {
    if (this.#measured.router) this.disconnected.current += 1;
  }

  /** Ends a window: what it saw, after which its samples are dropped. */
  collect(): WindowSnapshot {
    this.#aggregate();
    const { debug, runtime, latestPauseNs, everyPauseNs } = this.service;
    const snapshot: WindowSnapshot = {
      timeMs: this.#clock.nowMs(),
      outcomes: [...this.layers()].flatMap(outcomesOf),
      endpoints: Array.from(this.endpoints(), endpointSnapshot),
      connected: connectionSnapshot(this.connected),
      disconnected: connectionSnapshot(this.disconnected),
      debug,
      runtime,
      latestPauseNs: summarise(latestPauseNs),
      everyPauseNs: summarise(everyPauseNs),
    };
    this.#clear();
    return snapshot;
  }

  /** Ends a window that nobody wants to see: to summarise thousands of samples takes time. */
  endWindow(): void {
    this.#aggregate();
    this.#clear();
  }

  [Symbol.dispose](): void {
    this.service[Symbol.dispose]();
  }

  #aggregate(): void {
    this.service.collect();
    this.connected.collect();
    this.disconnected.collect();
  }

  #clear(): void {
    for (const layer of this.layers()) layer.clearWindow();
    for (const endpoint of this.endpoints()) endpoint.clearWindow();
    this.service.clearWindow();
  }

  #layer(layer: Layer, name: string): LayerMeter {
    if (!this.#measured[layer]) return silentMeter[layer](name);
    const known = this.#layers[layer].get(name);
    if (known !== undefined) return known;
    const metrics = new LayerMetrics(layer, name, this.#exposed?.calls(layer, name) ?? null);
    this.#layers[layer].set(name, metrics);
    return metrics;
  }
}

function outcomesOf({ layer, name, outcomes }: LayerMetrics): OutcomeSnapshot[] {
  return outcomes.map(({ complete, error, calls, latencyNs }) => {
    return { layer, name, complete, error, calls, latencyNs: summarise(latencyNs) };
  });
}

function endpointSnapshot(endpoint: EndpointMetrics): EndpointSnapshot {
  const { name, responses, timeNs, sizeBytes } = endpoint;
  return {
    name,
    responses: new Map(responses),
    timeNs: summarise(timeNs),
    sizeBytes: summarise(sizeBytes),
  };
}

function connectionSnapshot({ current, gauge, total }: ConnectionMetrics): ConnectionSnapshot {
  return { current, gauge, total };
}
