import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** A request as it arrived. */
export interface CapturedRequest {
  readonly method: string;
  readonly target: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

interface ScriptedAnswer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the server answers to a write; null closes the connection without a word. */
export type AnswerWrite = (request: CapturedRequest) => ScriptedAnswer | null;

/** An InfluxDB whose answers to writes are scripted; everything that arrives is kept. */
export interface ScriptedInflux extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly writes: readonly CapturedRequest[];
  readonly pings: readonly CapturedRequest[];
  answer(next: AnswerWrite): void;
}

const storeAll: AnswerWrite = () => ({ status: 204 });

export async function startScriptedInflux(port = 0): Promise<ScriptedInflux> {
  const writes: CapturedRequest[] = [];
  const pings: CapturedRequest[] = [];
  let answerWrite = storeAll;
  const server = createServer((request, response) => {
    void capture(request).then((captured) => {
      if (captured.method === "GET") {
        pings.push(captured);
        return response.writeHead(204, { "X-Influxdb-Version": "1.6.7" }).end();
      }
      const answer = answerWrite(captured);
      writes.push(captured);
      if (answer === null) return request.socket.destroy();
      const headers = { ...answer.headers, "Content-Encoding": "gzip" };
      return response.writeHead(answer.status, headers).end(gzipSync(answer.body ?? ""));
    });
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const bound = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound.port}`,
    port: bound.port,
    writes,
    pings,
    answer: (next) => (answerWrite = next),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function capture(request: IncomingMessage): Promise<CapturedRequest> {
  let body = "";
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
  const { method = "", url = "", rawHeaders } = request;
  return { method, target: url, rawHeaders, body };
}
