/**
 * Backends and clients that send anything at all: every answer cut at every byte, answers and
 * requests with bytes changed. Whatever comes, each client gets an answer or a closed connection,
 * and the gateway goes on. (An error that nobody catches fails the run.)
 */
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import { constantFrom, assert as holds, asyncProperty, integer, nat, tuple } from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runGateway, type RunningGateway } from "./running-gateway.ts";

let server: Server;
let gateway: RunningGateway;
/** What the backend sends to whoever connects. */
let answer: Buffer = Buffer.alloc(0);

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const backend = [{ url_pattern: "/b" }];
  gateway = await runGateway({
    host: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    timeout: "2s",
    disable_keep_alives: true,
    endpoints: [
      { endpoint: "/json", backend },
      { endpoint: "/xml", backend: [{ ...backend[0], encoding: "xml" }] },
      { endpoint: "/raw", output_encoding: "no-op", backend },
      { endpoint: "/merge", backend: ["a", "b"].map((group) => ({ ...backend[0], group })) },
      { endpoint: "/p/{id}", method: "POST", input_headers: ["*"], backend },
    ],
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  server.close();
});

/** All that comes back; resolves when the connection ends, which every request here asks for. */
function exchange(request: Buffer, patienceMs = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(request));
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (received += chunk));
    socket.on("close", () => resolve(received));
    socket.on("error", () => resolve(received));
    // A request that a change has left unfinished is ended by its client.
    if (patienceMs > 0) socket.setTimeout(patienceMs, () => socket.end());
    setTimeout(
      () => reject(new Error(`no end to ${JSON.stringify(request.toString())}`)),
      15_000,
    ).unref();
  });
}

const get = (path: string) =>
  exchange(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`));

const PATHS = ["/json", "/xml", "/raw", "/merge"] as const;
const packed = gzipSync('{"ok":1}');
const ANSWERS: readonly Buffer[] = [
  Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"ok":1}'),
  Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"ok":1}\r\n0\r\n\r\n'),
  Buffer.concat([
    Buffer.from(
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`,
    ),
    packed,
  ]),
  Buffer.from("HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n"),
  Buffer.from("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nbytes"),
];

async function isAlive(): Promise<void> {
  answer = ANSWERS[0] ?? Buffer.alloc(0);
  expect(await get("/json")).toMatch(/^HTTP\/1\.1 200 [\s\S]*\{"ok":1\}$/);
}

describe("a backend", () => {
  test.each(PATHS)("cut at every byte: %s", { timeout: 120_000 }, async (path) => {
    for (const whole of ANSWERS) {
      const wholeEnds: number[] = [];
      for (let end = 0; end <= whole.length; end += 1) {
        answer = whole.subarray(0, end);
        const received = await get(path);
        // A head that waits for its body is lost with the connection where none comes.
        expect(received).toMatch(
          path === "/raw" ? /^(?:HTTP\/1\.1 \d{3} |$)/ : /^HTTP\/1\.1 \d{3} /,
        );
        if (received.endsWith('{"ok":1}') && received.includes("200 OK")) wholeEnds.push(end);
      }
      // What was cut is never passed off as the whole; the end of chunks and of gzip is not its text.
      expect(wholeEnds.filter((end) => end < whole.length - 16)).toEqual([]);
    }
    await isAlive();
  });

  test("that changes bytes", { timeout: 120_000 }, async () => {
    const change = tuple(constantFrom(...ANSWERS), nat(), integer({ min: 0, max: 255 }));
    await holds(
      asyncProperty(change, constantFrom(...PATHS), async ([whole, at, byte], path) => {
        const changed = Buffer.from(whole);
        changed[at % changed.length] = byte;
        answer = changed;
        expect(await get(path)).toMatch(/^(?:HTTP\/1\.1 \d{3} |$)/);
      }),
      { numRuns: 300 },
    );
    await isAlive();
  });
});

test("a client that changes bytes", { timeout: 120_000 }, async () => {
  answer = ANSWERS[0] ?? Buffer.alloc(0);
  const request = Buffer.from(
    "POST /p/7?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-A: 1\r\nConnection: close\r\n\r\nhello",
  );
  await holds(
    asyncProperty(nat(), integer({ min: 0, max: 255 }), async (at, byte) => {
      const changed = Buffer.from(request);
      changed[at % changed.length] = byte;
      expect(await exchange(changed, 200)).toMatch(/^(?:HTTP\/1\.1 \d{3} |$)/);
    }),
    { numRuns: 300 },
  );
  await isAlive();
});
