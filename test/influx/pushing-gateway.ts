import {
  defaultGatewayLimits,
  type DeliveryState,
  type MeasuredGateway,
  startGateway,
} from "#gateway";
import { createHttpTelemetry } from "#http";
import { type Logger, silentLogger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { createRegistry, type Registry } from "#telemetry";
import { sendJson, startBackend } from "../gateway/backend-server.ts";
import { configOf } from "../gateway/config-of.ts";

/** A gateway with a backend of its own that pushes what it measures. */
export interface PushingGateway {
  readonly statsUrl: string;
  readonly registry: Registry;
  /** Sentences of the log at level error. */
  readonly errors: readonly string[];
  /** Requests that fare differently; each calls one pipe and one backend. Gives their number. */
  serveMixedTraffic(): Promise<number>;
  delivery(): DeliveryState;
  close(): Promise<void>;
}

const ENDPOINTS = [
  { endpoint: "/users/{id}", backend: [{ url_pattern: "/u/{id}" }] },
  { endpoint: "/list", backend: [{ url_pattern: "/array", is_collection: true }] },
  { endpoint: "/broken", backend: [{ url_pattern: "/array" }] },
  { endpoint: "/raw", output_encoding: "no-op", backend: [{ url_pattern: "/missing" }] },
];

export async function startPushing(
  influx: Readonly<Record<string, unknown>>,
  collectionTime = "1s",
  moreEndpoints: readonly object[] = [],
): Promise<PushingGateway> {
  const backend = await startBackend((request, response) => {
    if (request.url === "/missing") return void response.writeHead(404).end("no");
    if (request.url === "/array") return sendJson(response, [1, 2]);
    return sendJson(response, { path: request.url });
  });
  const registry = createRegistry();
  const errors: string[] = [];
  const gateway = await startGateway({
    config: configOf({
      host: [backend.origin],
      endpoints: [...ENDPOINTS, ...moreEndpoints],
      extra_config: {
        "telemetry/metrics": { collection_time: collectionTime, listen_address: "127.0.0.1:0" },
        "telemetry/influx": influx,
      },
    }),
    limits: defaultGatewayLimits,
    version: "1.2.3",
    clock: systemClock,
    log: errorLogger(errors),
    registry,
    telemetry: createHttpTelemetry(registry),
  });
  return {
    statsUrl: `http://${addressOf(gateway.statsListen)}/__stats`,
    registry,
    errors,
    serveMixedTraffic: () => serveMixedTraffic(gateway),
    delivery() {
      const state = gateway.delivery();
      if (state === null) throw new Error("nothing is pushed");
      return state;
    },
    async close() {
      await gateway.close(5000);
      await backend[Symbol.asyncDispose]();
    },
  };
}

async function serveMixedTraffic({ listen }: MeasuredGateway): Promise<number> {
  const asked = [
    ...Array.from({ length: 5 }, (_, i) => [`/users/${i}`, 200] as const),
    ["/list", 200],
    ["/broken", 500],
    ["/broken", 500],
    ["/raw", 404],
  ] as const;
  await Promise.all(
    asked.map(async ([path, status]) => {
      const answer = await fetch(`http://${addressOf(listen)}${path}`);
      await answer.text();
      if (answer.status !== status) throw new Error(`${path} answered ${answer.status}`);
    }),
  );
  return asked.length;
}

function addressOf(listen: MeasuredGateway["statsListen"]): string {
  return listen?.kind === "tcp" ? `${listen.host}:${listen.port}` : "nowhere";
}

function errorLogger(errors: string[]): Logger {
  return {
    ...silentLogger,
    error: (_fields, message) => void errors.push(message),
    child: () => errorLogger(errors),
  };
}
