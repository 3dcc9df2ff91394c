/**
 * The least that a proxy in Node does: `node:http` towards the client, undici towards the backend,
 * one JSON document parsed and written between. What the gateway costs beyond this is the gateway's.
 */
import { createServer, type ServerResponse } from "node:http";
import { type Dispatcher, Pool } from "undici";

const [origin = "", port = ""] = process.argv.slice(2);
const pool = new Pool(origin, { connections: 1024 });

/** Takes an answer of one chunk, which is what the backend sends. */
class Relay implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;
  #body: Buffer = Buffer.alloc(0);

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(): void {}
  onResponseStart(): void {}

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body = chunk;
  }

  onResponseEnd(): void {
    const text = JSON.stringify(JSON.parse(this.#body.toString()));
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    this.#response.writeHead(200, headers).end(text);
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

createServer((request, response) => {
  pool.dispatch({ path: request.url ?? "/", method: "GET" }, new Relay(response));
}).listen(Number(port), "127.0.0.1");
