import type { Server as TlsServer } from "node:tls";
import type { Logger } from "#lib/logger";
import { bindServer } from "./bind-server.ts";
import { keepCertificate, type TlsReloadOutcome } from "./certificate-keeper.ts";
import { createClientAddress } from "./client-address.ts";
import { answerClientError } from "./client-errors.ts";
import { type ConnectionTracker, trackConnections } from "./connection-tracker.ts";
import type { CrossOriginHeaders } from "./cross-origin.ts";
import { createRouter } from "./fastify-router.ts";
import type { HttpLimits } from "./limits.ts";
import type { ListenOptions, TlsOptions } from "./listen-options.ts";
import type { HttpTelemetry } from "./metrics.ts";
import { createRawServer, type RawServer } from "./raw-server.ts";
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

/** A listener that is up. */
export interface HttpServer extends AsyncDisposable {
  /** Where it listens, with the port that the system chose. */
  readonly listen: ListenOptions;
  /** Reads the certificate's files now. `unchanged` without TLS. */
  reloadTls(): Promise<TlsReloadOutcome>;
  /** From now on these networks are the proxies that are believed. */
  trustProxies(networks: readonly string[]): void;
  /**
   * Stops accepting, lets requests finish for `graceMs`, then cuts what is left. Resolves with the
   * number of requests that were cut.
   */
  close(graceMs: number): Promise<number>;
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
  const connections = watchConnections(server, name, telemetry);
  const listen = await bindServer(server, options.listen);
  const keeper =
    options.tls === null || material === null
      ? null
      : keepCertificate({
          server: server as unknown as TlsServer,
          options: options.tls,
          initial: material,
          listener: name,
          logger,
          telemetry,
        });

  let closing: Promise<number> | null = null;
  const close = (graceMs: number): Promise<number> => {
    keeper?.[Symbol.dispose]();
    closing ??= stop({ server, connections, context, cutOff, graceMs });
    return closing;
  };
  return {
    listen,
    reloadTls: () => keeper?.reload() ?? Promise.resolve("unchanged"),
    trustProxies: (networks) => context.clientAddress.trust(networks),
    close,
    [Symbol.asyncDispose]: async () => void (await close(0)),
  };
}

function watchConnections(
  server: RawServer,
  name: string,
  telemetry: HttpTelemetry,
): ConnectionTracker {
  const open = telemetry.connections.with(name);
  server.on("clientError", (error, socket) => {
    answerClientError(error, socket, name, telemetry);
  });
  server.on("drop", () => telemetry.limitsHit.with(name, "connections_max").inc());
  // A failed TLS handshake is the client's affair; its socket is closed by Node.
  server.on("tlsClientError", () => telemetry.malformed.with(name).inc());
  return trackConnections(server, (count) => open.set(count));
}

interface StopOptions {
  readonly server: RawServer;
  readonly connections: ConnectionTracker;
  readonly context: ServeContext;
  readonly cutOff: AbortController;
  readonly graceMs: number;
}

/** How often a stopping server looks whether it is done. */
const DRAIN_CHECK_MS = 20;

async function stop(options: StopOptions): Promise<number> {
  const { server, connections, context, cutOff } = options;
  context.draining = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadlineMs = performance.now() + options.graceMs;
  connections.closeGently();
  while (context.inFlight > 0 && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    connections.closeGently();
  }
  const cut = context.inFlight;
  cutOff.abort();
  connections.destroyAll();
  await closed;
  return cut;
}
