import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A scrape target under the test's control. */
export interface ExpositionServer extends AsyncDisposable {
  /** `127.0.0.1:port`, as a target is written. */
  readonly target: string;
  /** What the next scrape gets. */
  body: string;
  contentType: string;
  readonly scrapes: () => number;
}

/** Serves `body` at every path, as text 0.0.4 unless told otherwise. */
export async function startExpositionServer(body: string): Promise<ExpositionServer> {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    scrapes += 1;
    response.writeHead(200, { "content-type": exposition.contentType });
    response.end(exposition.body);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const exposition: ExpositionServer = {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    body,
    contentType: "text/plain; version=0.0.4; charset=utf-8",
    scrapes: () => scrapes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return exposition;
}
