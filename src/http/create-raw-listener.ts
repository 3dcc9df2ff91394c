/**
 * A listener for those who answer requests themselves, byte by byte: the API gateway, whose answers
 * are other servers' and whose paths are other people's. It has the kernel's defences (the strict
 * parser, limits, repeated headers, slow clients, the stop) and none of its routes, error shapes or
 * path rules.
 */
import type { Logger } from "#lib/logger";
import { createClientAddress } from "./client-address.ts";
import { statusOfCode } from "./error-status.ts";
import { HttpRefusal } from "./errors.ts";
import type { HttpLimits } from "./limits.ts";
import type { ListenOptions, TlsOptions } from "./listen-options.ts";
import type { HttpTelemetry } from "./metrics.ts";
import { type HttpServer, type ListenerActivity, openListener } from "./open-listener.ts";
import type { RawRequest, RawResponse } from "./raw-http.ts";
import { createRawServer } from "./raw-server.ts";
import { requestFault } from "./request-gate.ts";
import { loadTlsMaterial } from "./tls-material.ts";

/** One request and the place for its answer. */
export interface RawExchange {
  readonly request: RawRequest;
  readonly response: RawResponse;
  readonly remoteAddress: string;
}

export interface RawListenerOptions {
  /** Names the listener in logs and metrics. */
  readonly name: string;
  readonly listen: ListenOptions;
  readonly tls: TlsOptions | null;
  readonly limits: HttpLimits;
  readonly trustedProxies: readonly string[];
  readonly logger: Logger;
  readonly telemetry: HttpTelemetry;
  /** Answers; never throws. */
  serve(exchange: RawExchange): void;
}

/** Comes up or fails with `address_in_use`, `listen_failed` or `tls_material`. */
export async function createRawListener(options: RawListenerOptions): Promise<HttpServer> {
  const { name, limits, logger, telemetry } = options;
  const material = options.tls === null ? null : await loadTlsMaterial(options.tls);
  const clientAddress = createClientAddress(options.trustedProxies);
  const activity: ListenerActivity = { inFlight: 0, draining: false };
  const inFlight = telemetry.inFlight.with(name);

  function answer(request: RawRequest, response: RawResponse): void {
    activity.inFlight += 1;
    inFlight.set(activity.inFlight);
    response.on("close", () => {
      activity.inFlight -= 1;
      inFlight.set(activity.inFlight);
    });
    // Broken pipes show as `close`; without a listener they would end the process.
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    if (activity.draining && request.httpVersionMajor < 2)
      response.setHeader("connection", "close");
    const fault = faultOf(request, activity.inFlight, limits);
    if (fault === null) {
      options.serve({ request, response, remoteAddress: clientAddress.of(request) });
      return;
    }
    const { status, limit } = statusOfCode(fault.code);
    if (limit !== undefined) telemetry.limitsHit.with(name, limit).inc();
    refuse(response, status, fault);
  }

  return openListener({
    name,
    listen: options.listen,
    server: createRawServer(limits, material, answer),
    tls: options.tls,
    material,
    activity,
    cutOff: new AbortController(),
    clientAddress,
    logger,
    telemetry,
  });
}

function faultOf(request: RawRequest, inFlight: number, limits: HttpLimits): HttpRefusal | null {
  if (inFlight <= limits.requestsInFlightMax) return requestFault(request, limits);
  const text = "Too many requests are being answered at present: try again in a second.";
  return new HttpRefusal("requests_in_flight_limit", text, { "retry-after": "1" });
}

/** Whatever is left of such a request may not be read as another one. */
function refuse(response: RawResponse, status: number, fault: HttpRefusal): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(fault.headers)) response.setHeader(name, value);
  if (!("stream" in response)) response.setHeader("connection", "close");
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`${fault.message}\n`);
}
