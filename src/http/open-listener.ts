import type { Server as TlsServer } from "node:tls";
import type { Logger } from "#lib/logger";
import { bindServer } from "./bind-server.ts";
import { keepCertificate, type TlsReloadOutcome } from "./certificate-keeper.ts";
import type { ClientAddress } from "./client-address.ts";
import { answerClientError } from "./client-errors.ts";
import { type ConnectionTracker, trackConnections } from "./connection-tracker.ts";
import type { ListenOptions, TlsOptions } from "./listen-options.ts";
import type { HttpTelemetry } from "./metrics.ts";
import type { RawServer } from "./raw-server.ts";
import type { TlsMaterial } from "./tls-material.ts";

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

/** How busy a listener is; whoever answers its requests keeps `inFlight` true. */
export interface ListenerActivity {
  inFlight: number;
  /** Set once the listener stops: connections are to be closed with their answers. */
  draining: boolean;
}

interface OpenListenerOptions {
  readonly name: string;
  readonly listen: ListenOptions;
  readonly server: RawServer;
  readonly tls: TlsOptions | null;
  /** What `tls` names, loaded; the server was made with it. */
  readonly material: TlsMaterial | null;
  readonly activity: ListenerActivity;
  /** Aborted when a stopping listener has waited long enough. */
  readonly cutOff: AbortController;
  readonly clientAddress: ClientAddress;
  readonly logger: Logger;
  readonly telemetry: HttpTelemetry;
}

/** Begins to listen with a server that is ready to answer. */
export async function openListener(options: OpenListenerOptions): Promise<HttpServer> {
  const { name, server, telemetry } = options;
  const connections = watchConnections(server, name, telemetry);
  const listen = await bindServer(server, options.listen);
  const keeper = keeperOf(options);
  let closing: Promise<number> | null = null;
  const close = (graceMs: number): Promise<number> => {
    keeper?.[Symbol.dispose]();
    closing ??= stop({ ...options, connections, graceMs });
    return closing;
  };
  return {
    listen,
    reloadTls: () => keeper?.reload() ?? Promise.resolve("unchanged"),
    trustProxies: (networks) => options.clientAddress.trust(networks),
    close,
    [Symbol.asyncDispose]: async () => void (await close(0)),
  };
}

function keeperOf(options: OpenListenerOptions): ReturnType<typeof keepCertificate> | null {
  const { tls, material, name, logger, telemetry } = options;
  if (tls === null || material === null) return null;
  const server = options.server as unknown as TlsServer;
  return keepCertificate({
    server,
    options: tls,
    initial: material,
    listener: name,
    logger,
    telemetry,
  });
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
  readonly activity: ListenerActivity;
  readonly cutOff: AbortController;
  readonly graceMs: number;
}

/** How often a stopping server looks whether it is done. */
const DRAIN_CHECK_MS = 20;

async function stop(options: StopOptions): Promise<number> {
  const { server, connections, activity, cutOff } = options;
  activity.draining = true;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const deadlineMs = performance.now() + options.graceMs;
  connections.closeGently();
  while (activity.inFlight > 0 && performance.now() < deadlineMs) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    connections.closeGently();
  }
  const cut = activity.inFlight;
  cutOff.abort();
  connections.destroyAll();
  await closed;
  return cut;
}
