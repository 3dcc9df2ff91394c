/**
 * An endpoint's layers. From outside: pipe metrics, shadow, static data, flatmap, merge; and for
 * each backend its filter, concurrent calls, metrics, circuit breaker, rate limit, the call itself.
 * This order decides what is measured where.
 */
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import { assert } from "#lib/assert";
import { createBackendProxy } from "../backend/create-backend-proxy.ts";
import type { BackendClient } from "../backend/backend-client.ts";
import type { HostPicker } from "../backend/host-picker.ts";
import type { BackendConfig } from "../config/backend-config.ts";
import type { EndpointConfig } from "../config/endpoint-config.ts";
import { addStaticData } from "../layers/add-static-data.ts";
import { applyFlatmap } from "../layers/apply-flatmap.ts";
import { breakCircuit } from "../layers/break-circuit.ts";
import { callConcurrently } from "../layers/call-concurrently.ts";
import { castShadow } from "../layers/cast-shadow.ts";
import { filterInput } from "../layers/filter-input.ts";
import { limitRate } from "../layers/limit-rate.ts";
import { measure } from "../layers/measure.ts";
import { mergeParallel, mergeSequential } from "../layers/merge.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMeter } from "../meter.ts";
import type { Layer, Proxy } from "./proxy.ts";

export interface PipeDeps {
  readonly client: BackendClient;
  readonly limits: GatewayLimits;
  readonly meter: GatewayMeter;
  readonly clock: Clock;
  readonly log: Logger;
  hostsOf(backend: BackendConfig): HostPicker;
}

export function createPipe(endpoint: EndpointConfig, deps: PipeDeps): Proxy {
  const { timeoutMs, proxy } = endpoint;
  const bodyBytesMax = deps.limits.requestBodyBytesMax;
  const proxyOf = (backend: BackendConfig) => createBackend(backend, endpoint, deps);
  const real = endpoint.backends.filter((backend) => !backend.isShadow).map(proxyOf);
  const shadows = endpoint.backends.filter((backend) => backend.isShadow).map(proxyOf);
  const layers = [
    measure(deps.meter.pipe(endpoint.path.metricName)),
    shadows.length === 0 ? null : castShadow(shadows, timeoutMs, bodyBytesMax),
    proxy.staticData === null ? null : addStaticData(proxy.staticData),
    proxy.flatmap.length === 0 ? null : applyFlatmap(proxy.flatmap),
  ];
  return stack(layers, merged(real, endpoint, bodyBytesMax));
}

function merged(proxies: readonly Proxy[], endpoint: EndpointConfig, bodyBytesMax: number): Proxy {
  const [single] = proxies;
  assert(single !== undefined, "an endpoint has a backend");
  if (proxies.length === 1) return single;
  const merge = endpoint.proxy.isSequential ? mergeSequential : mergeParallel;
  return merge(proxies, { timeoutMs: endpoint.timeoutMs, bodyBytesMax });
}

function createBackend(backend: BackendConfig, endpoint: EndpointConfig, deps: PipeDeps): Proxy {
  const { client, limits, clock, log } = deps;
  const { concurrentCalls: calls, timeoutMs } = endpoint;
  const bodyBytesMax = limits.requestBodyBytesMax;
  const layers = [
    filterInput(backend.inputHeaders, backend.inputQueryStrings),
    calls === 1 ? null : callConcurrently({ calls, timeoutMs, bodyBytesMax }),
    measure(deps.meter.backend(backend.url.metricName)),
    backend.circuitBreaker === null ? null : breakCircuit(backend.circuitBreaker, clock, log),
    backend.rateLimit === null ? null : limitRate(backend.rateLimit, clock),
  ];
  return stack(
    layers,
    createBackendProxy(backend, { client, limits, hosts: deps.hostsOf(backend) }),
  );
}

/** The first layer is the outermost. */
function stack(layers: readonly (Layer | null)[], innermost: Proxy): Proxy {
  return layers.reduceRight((next, layer) => layer?.(next) ?? next, innermost);
}
