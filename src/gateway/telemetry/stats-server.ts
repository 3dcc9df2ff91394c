import {
  createRawListener,
  defaultHttpLimits,
  type HttpServer,
  type HttpTelemetry,
  type ListenOptions,
} from "#http";
import type { Logger } from "#lib/logger";
import { answerStats } from "./stats-answer.ts";

export interface StatsServerOptions {
  readonly listen: ListenOptions;
  /** Makes the body of `/__stats`. */
  readonly document: () => string;
  readonly log: Logger;
  readonly telemetry: HttpTelemetry;
}

const LIMITS = {
  ...defaultHttpLimits,
  // As the original: long enough for any client, too short for slow ones.
  headersTimeoutMs: 3000,
  connectionsMax: 256,
};

/**
 * The listener of `/__stats`. It has no routes of ours because its answers to all other paths and
 * methods are the original's, byte for byte. Fails with `address_in_use` or `listen_failed`.
 */
export function startStatsServer({
  listen,
  document,
  log,
  telemetry,
}: StatsServerOptions): Promise<HttpServer> {
  return createRawListener({
    name: "stats",
    listen,
    tls: null,
    limits: LIMITS,
    trustedProxies: [],
    logger: log,
    telemetry,
    serve({ request, response }) {
      const { status, headers, body } = answerStats(request.method ?? "", request.url ?? "");
      request.resume();
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      if (request.method === "HEAD") response.end();
      else response.end(body ?? document());
    },
  });
}
