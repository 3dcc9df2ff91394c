import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerStats } from "./stats-answer.ts";
import type { StatsAddress } from "./telemetry-options.ts";

/** As the original: long enough for any client, short enough for slow-loris. */
const HEADERS_TIMEOUT_MS = 3000;
const CONNECTIONS_MAX = 256;
const CLOSE_GRACE_MS = 1000;

/** The listener of `/__stats`. */
export interface StatsServer extends AsyncDisposable {
  readonly address: StatsAddress;
}

/**
 * One path on a listener of its own. It stands beside our HTTP kernel because its answers to all
 * other paths and methods are the original's, byte for byte. Fails with the system's error.
 */
export async function startStatsServer(
  document: () => string,
  address: StatsAddress,
): Promise<StatsServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: HEADERS_TIMEOUT_MS / 3,
    },
    (request, response) => respond(document, request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, address);
  const bound = server.address();
  const port = bound !== null && typeof bound === "object" ? bound.port : address.port;
  return {
    address: { host: address.host, port },
    [Symbol.asyncDispose]: () => close(server),
  };
}

function respond(document: () => string, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = answerStats(request.method ?? "", request.url ?? "");
  response.writeHead(status, headers);
  // Written before it ends, it goes out in chunks, as readers of the original see it.
  if (request.method !== "HEAD") response.write(body ?? document());
  response.end();
  request.resume();
}

function listening(server: Server, { host, port }: StatsAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(host === "" ? { port } : { host, port }, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}
