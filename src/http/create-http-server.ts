import type { Logger } from "#lib/logger";
import { createClientAddress } from "./client-address.ts";
import type { CrossOriginHeaders } from "./cross-origin.ts";
import { createRouter } from "./fastify-router.ts";
import type { HttpLimits } from "./limits.ts";
import type { ListenOptions, TlsOptions } from "./listen-options.ts";
import type { HttpTelemetry } from "./metrics.ts";
import { type HttpServer, openListener } from "./open-listener.ts";
import { createRawServer } from "./raw-server.ts";
import { createRequestIds } from "./request-ids.ts";
import type { Route } from "./route.ts";
import type { ServeContext } from "./serve-request.ts";
import type { SurfacePrefix } from "./surface.ts";
import { loadTlsMaterial } from "./tls-material.ts";

export interface HttpServerOptions {
  /** Names the listener in logs and metrics: `public`, `own_metrics`, `control`. */
  readonly name: string;
  readonly listen: ListenOptions;
  /** Null for plain HTTP/1.1. With TLS, HTTP/2 is spoken to those who offer it. */
  readonly tls: TlsOptions | null;
  readonly limits: HttpLimits;
  readonly routes: readonly Route[];
  readonly surfaces: readonly SurfacePrefix[];
  /** Networks (`10.0.0.0/8`, `::1`) whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  /** Which pages of other origins may read answers of surfaces that are for them; left out: none. */
  readonly crossOrigin?: CrossOriginHeaders;
  readonly logger: Logger;
  readonly telemetry: HttpTelemetry;
}

/** Comes up or fails with `address_in_use`, `listen_failed` or `tls_material`. */
export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { name, limits, logger, telemetry } = options;
  const material = options.tls === null ? null : await loadTlsMaterial(options.tls);
  const cutOff = new AbortController();
  const context: ServeContext = {
    listener: name,
    limits,
    logger,
    telemetry,
    nextRequestId: createRequestIds(),
    cutOff: cutOff.signal,
    crossOrigin: options.crossOrigin ?? (() => ({})),
    clientAddress: createClientAddress(options.trustedProxies),
    inFlight: 0,
    draining: false,
  };
  const server = await createRouter({
    context,
    routes: options.routes,
    surfaces: options.surfaces,
    createServer: (handler) => createRawServer(limits, material, handler),
  });
  return openListener({
    name,
    listen: options.listen,
    server,
    tls: options.tls,
    material,
    activity: context,
    cutOff,
    clientAddress: context.clientAddress,
    logger,
    telemetry,
  });
}
