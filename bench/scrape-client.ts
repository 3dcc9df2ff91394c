import { Agent, request } from "node:http";
import type { SnapshotRequest } from "./systems/systems.ts";

export interface ScrapeAnswer {
  /** From the request until the last byte. */
  readonly ms: number;
  /** Bytes on the wire. */
  readonly bytes: number;
  /** The begin of the body, to tell whether values have changed. */
  readonly head: string;
}

/** A client that keeps its connections open, as scrapers do. */
export class ScrapeClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1000 });

  get(
    { url, headers }: SnapshotRequest,
    encoding: "identity" | "gzip" = "identity",
  ): Promise<ScrapeAnswer> {
    const startedMs = performance.now();
    return new Promise((done, failed) => {
      const sent = request(url, {
        agent: this.#agent,
        headers: { accept: "text/plain;version=0.0.4", ...headers, "accept-encoding": encoding },
      });
      sent.once("error", failed);
      sent.once("response", (answer) => {
        let bytes = 0;
        let head = "";
        answer.on("data", (chunk: Buffer) => {
          if (bytes === 0) head = chunk.toString("latin1", 0, 1000);
          bytes += chunk.length;
        });
        answer.once("error", failed);
        answer.once("end", () => {
          if (answer.statusCode === 200) done({ ms: performance.now() - startedMs, bytes, head });
          else failed(new Error(`${url} answered ${answer.statusCode}: ${head}`));
        });
      });
      sent.end();
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
