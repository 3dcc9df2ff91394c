/** Puts a gateway together from its configuration, and takes it apart again. */
import { createRawListener, type HttpServer, type HttpTelemetry, type ListenOptions } from "#http";
import type { Clock } from "#lib/clock";
import type { Logger } from "#lib/logger";
import { BackendClient } from "./backend/backend-client.ts";
import { createHostPicker, type HostPicker } from "./backend/host-picker.ts";
import type { EndpointConfig } from "./config/endpoint-config.ts";
import type { GatewayConfig } from "./config/gateway-config.ts";
import { createAnswerWriter } from "./endpoint/answer-writer.ts";
import { createCallReader } from "./endpoint/call-reader.ts";
import { checkToken } from "./endpoint/check-token.ts";
import { createEndpointHandler, type EndpointDeps } from "./endpoint/endpoint-handler.ts";
import type { Gatekeeper } from "./endpoint/gatekeeper.ts";
import { limitClients } from "./endpoint/limit-clients.ts";
import type { GatewayLimits } from "./limits.ts";
import { listenerLimits } from "./listener-limits.ts";
import type { GatewayMeter } from "./meter.ts";
import { createPipe } from "./proxy/create-pipe.ts";
import { createRequestLog } from "./router/request-log.ts";
import { createBotDetector } from "./router/detect-bot.ts";
import { createRequestRouter } from "./router/create-request-router.ts";

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly limits: GatewayLimits;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meter: GatewayMeter;
  readonly telemetry: HttpTelemetry;
}

/** A gateway that answers. */
export interface Gateway extends AsyncDisposable {
  readonly listen: ListenOptions;
  reloadTls(): Promise<void>;
  /** Stops accepting, lets requests finish within the grace; the number that was cut off. */
  close(graceMs: number): Promise<number>;
}

const LISTENER = "gateway";
/** How often certificate files are compared with what is in use. */
const CERTIFICATE_CHECK_MS = 10_000;

/** Comes up, or fails with `address_in_use`, `listen_failed` or `tls_material`. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, telemetry, log } = options;
  await using starting = new AsyncDisposableStack();
  const client = starting.use(new BackendClient(config.client));
  const hosts = starting.use(new DisposableStack());
  const writer = createAnswerWriter({
    stallTimeoutMs: options.limits.stallTimeoutMs,
    onStall: () => telemetry.limitsHit.with(LISTENER, "stall_timeout").inc(),
  });
  const commonHeaders = {
    "x-krakend": `Version ${config.router.hidesVersion ? "undefined" : options.version}`,
  };
  const pipeDeps = {
    ...options,
    client,
    hostsOf: (backend: Parameters<typeof createHostPicker>[0]): HostPicker =>
      hosts.use(createHostPicker(backend, config.client.dnsCacheMs)),
  };
  const endpoints = config.endpoints.map((endpoint) => ({
    config: endpoint,
    serve: createEndpointHandler(endpoint, {
      ...endpointDeps(endpoint, options),
      pipe: createPipe(endpoint, pipeDeps),
      writer,
      commonHeaders,
    }),
  }));
  const route = createRequestRouter({
    config,
    clock: options.clock,
    writer,
    commonHeaders,
    record: createRequestLog(config.router, telemetry, log),
    endpoints,
    onError: (error) => log.error({ error }, "a request could not be answered"),
  });
  const server = await createRawListener({
    name: LISTENER,
    listen: config.listen,
    tls: config.tls === null ? null : { ...config.tls, checkIntervalMs: CERTIFICATE_CHECK_MS },
    limits: listenerLimits(config.timeouts, options.limits),
    trustedProxies: config.router.trustedProxies,
    logger: log,
    telemetry,
    serve: (exchange) => void route(exchange),
  });
  return running(server, starting.move());
}

function endpointDeps(
  endpoint: EndpointConfig,
  { config, limits, meter, version, clock, log }: GatewayOptions,
): Omit<EndpointDeps, "pipe" | "writer" | "commonHeaders"> {
  const { jwt, rateLimit, botDetector } = endpoint;
  const gatekeepers: Gatekeeper[] = [];
  if (jwt !== null) gatekeepers.push(checkToken(jwt, clock, log));
  if (rateLimit !== null) gatekeepers.push(limitClients(rateLimit, clock));
  return {
    gatekeepers,
    meter,
    endpointMeter: meter.endpoint(endpoint.path.metricName),
    returnsErrorText: config.router.returnsErrorText,
    isBot: botDetector === null ? null : createBotDetector(botDetector),
    readCall: createCallReader({
      inputHeaders: endpoint.inputHeaders,
      inputQueryStrings: endpoint.inputQueryStrings,
      bodyBytesMax: config.router.bodyBytesMax ?? limits.requestBodyBytesMax,
      agent: `KrakenD Version ${version}`,
    }),
  };
}

function running(server: HttpServer, parts: AsyncDisposableStack): Gateway {
  const close = async (graceMs: number): Promise<number> => {
    const cut = await server.close(graceMs);
    await parts.disposeAsync();
    return cut;
  };
  return {
    listen: server.listen,
    async reloadTls() {
      await server.reloadTls();
    },
    close,
    [Symbol.asyncDispose]: async () => void (await close(0)),
  };
}
