import { defaultHttpLimits, type HttpLimits } from "#http";
import type { ServerTimeouts } from "./config/listener-options.ts";
import { REQUEST_TIMEOUT_DEFAULT_MS, type GatewayLimits } from "./limits.ts";

/** What the listener holds clients to: the file's timeouts where it has any, and our own limits. */
export function listenerLimits(timeouts: ServerTimeouts, limits: GatewayLimits): HttpLimits {
  const requestTimeoutMs = timeouts.readMs || REQUEST_TIMEOUT_DEFAULT_MS;
  return {
    ...defaultHttpLimits,
    headerBytesMax: limits.headerBytesMax,
    urlBytesMax: limits.headerBytesMax,
    connectionsMax: limits.connectionsMax,
    requestsInFlightMax: limits.requestsInFlightMax,
    headersTimeoutMs: Math.min(
      timeouts.readHeaderMs || defaultHttpLimits.headersTimeoutMs,
      requestTimeoutMs,
    ),
    requestTimeoutMs,
    keepAliveTimeoutMs: timeouts.idleMs || defaultHttpLimits.keepAliveTimeoutMs,
    responseStallTimeoutMs: limits.stallTimeoutMs,
  };
}
