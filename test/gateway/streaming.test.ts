/** Bodies that are passed on: at the slower side's pace, whole or visibly cut, and never buffered. */
import { createServer, request, type ServerResponse } from "node:http";
import { connect, createServer as createTcpServer, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";
import { settled } from "./settled.ts";

const passing = (origin: string, more: object = {}) => ({
  host: [origin],
  timeout: "30s",
  endpoints: [
    { endpoint: "/x", output_encoding: "no-op", backend: [{ url_pattern: "/b" }], ...more },
  ],
});

test("status, headers and body go through; those of the connection do not", async () => {
  await using backend = await startBackend((_request, response) => {
    response.writeHead(418, {
      "x-own": "1",
      "set-cookie": ["a=1", "b=2"],
      connection: "close, x-hop",
      "x-hop": "1",
      "proxy-authenticate": "Basic",
    });
    response.end("short and stout");
  });
  await using gateway = await runGateway(passing(backend.origin));
  const response = await fetch(`${gateway.origin}/x`);
  expect([response.status, await response.text()]).toEqual([418, "short and stout"]);
  expect(response.headers.get("x-own")).toBe("1");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.headers.has("x-hop")).toBe(false);
  expect(response.headers.has("proxy-authenticate")).toBe(false);
  expect(response.headers.get("x-krakend-completed")).toBe("false");
});

test.each([
  ["bytes beyond ASCII", "X-Name: M\u00c3\u00bcller", "x-name: M\u00c3\u00bcller"],
  ["an empty header", "X-Empty:", "x-empty: "],
  ["the same name twice", "Link: <a>\r\nLink: <b>", /link: <a>(?:, |\r\nlink: )<b>/i],
])("a backend's headers go through: %s", async (_name, header, expected) => {
  const server = createTcpServer((socket) => {
    socket.once("data", () => {
      socket.end(
        Buffer.from(`HTTP/1.1 200 OK\r\n${header}\r\nContent-Length: 2\r\n\r\nok`, "latin1"),
      );
    });
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await using gateway = await runGateway(passing(`http://127.0.0.1:${port}`));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(gateway.port, "127.0.0.1", () => {
      socket.write("GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    });
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (text += chunk));
    socket.on("close", () => resolve(text));
  });
  expect(answer).toMatch(expected);
  expect(answer).toMatch(/ok$/);
  server.close();
});

test("what comes first is sent before the rest exists", async () => {
  const answers: ServerResponse[] = [];
  await using backend = await startBackend((_request, response) => {
    response.write("first");
    answers.push(response);
  });
  await using gateway = await runGateway(passing(backend.origin));
  const response = await fetch(`${gateway.origin}/x`);
  const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  const first = await reader.read();
  expect(Buffer.from(first.value ?? []).toString()).toBe("first");
  answers[0]?.end(" last");
  const last = await reader.read();
  expect(Buffer.from(last.value ?? []).toString()).toBe(" last");
});

test("gzip that the client did not ask for is undone, also in a stream", async () => {
  const text = "many words ".repeat(100_000);
  await using backend = await startBackend((_request, response) => {
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
  });
  await using gateway = await runGateway(passing(backend.origin));
  // Node's own client asks for nothing and undoes nothing.
  const [headers, body] = await plainGet(`${gateway.origin}/x`);
  expect(headers).not.toHaveProperty("content-encoding");
  expect(body.toString() === text).toBe(true);
  await using letting = await runGateway(
    passing(backend.origin, { input_headers: ["Accept-Encoding"] }),
  );
  const [own, packed] = await plainGet(`${letting.origin}/x`, { "accept-encoding": "gzip" });
  expect(own).toHaveProperty("content-encoding", "gzip");
  expect(packed.length).toBeLessThan(text.length / 10);
});

function plainGet(
  url: string,
  headers: Record<string, string> = {},
): Promise<[Record<string, unknown>, Buffer]> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve([response.headers, Buffer.concat(chunks)]));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end();
  });
}

const MIB = 1024 * 1024;

test("a client that does not read makes the backend wait", async () => {
  let sentBytes = 0;
  const chunk = Buffer.alloc(64 * 1024, "x");
  await using backend = await startBackend((_request, response) => {
    const fill = (): void => {
      let hasRoom = true;
      while (hasRoom && sentBytes < 256 * MIB) {
        hasRoom = response.write(chunk);
        sentBytes += chunk.length;
      }
    };
    response.on("drain", fill);
    fill();
  });
  await using gateway = await runGateway(passing(backend.origin));
  const socket = connect(gateway.port, "127.0.0.1", () => {
    socket.write("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    socket.pause();
  });
  socket.on("error", () => undefined);
  let before = -1;
  // The buffers of three sockets fill up, and then nothing moves any more.
  await settled(() => {
    const stands = sentBytes > 0 && sentBytes === before;
    before = sentBytes;
    return stands;
  }, 200);
  expect(sentBytes).toBeLessThan(32 * MIB);
  socket.destroy();
  await backend.cutOff;
  await settled(() => gateway.meter.ended === 1);
});

test("a client that takes nothing for too long is cut off, and its backend with it", async () => {
  await using backend = await startBackend((_request, response) => {
    const chunk = Buffer.alloc(MIB);
    const fill = (): void => {
      while (response.write(chunk));
    };
    response.on("drain", fill);
    fill();
  });
  await using gateway = await runGateway(passing(backend.origin), {
    limits: { stallTimeoutMs: 300 },
  });
  const socket = connect(gateway.port, "127.0.0.1", () => {
    socket.write("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    socket.pause();
  });
  socket.on("error", () => undefined);
  await backend.cutOff;
  await settled(() => gateway.meter.ended === 1);
  expect(gateway.meter.calls.toSorted()).toEqual(["backend /b t/f", "pipe /x t/f"]);
  socket.destroy();
});

test("a large decoded answer waits for a slow client, too, but not for ever", async () => {
  await using backend = await startBackend((_request, response) => {
    response.end(JSON.stringify({ text: "x".repeat(24 * MIB) }));
  });
  await using gateway = await runGateway(
    { ...passing(backend.origin, { output_encoding: "json" }) },
    { limits: { stallTimeoutMs: 300 } },
  );
  const socket = connect(gateway.port, "127.0.0.1", () => {
    socket.write("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    socket.pause();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined);
  await settled(() => gateway.meter.ended === 1);
  // Reading finds what the system had, and then the end that the gateway made.
  await new Promise((resolve) => setTimeout(resolve, 600));
  socket.resume();
  await closed;
  expect(socket.bytesRead).toBeLessThan(24 * MIB);
});

test("a backend that breaks off in its body leaves no whole answer", async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("only this");
    setTimeout(() => response.destroy(), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await using gateway = await runGateway(passing(`http://127.0.0.1:${port}`));
  await expect(fetch(`${gateway.origin}/x`).then((response) => response.text())).rejects.toThrow(
    "terminated",
  );
  server.close();
});

test("a kept connection that a backend closes costs no request", async () => {
  const server = createServer((_request, response) => response.end('{"ok":1}'));
  // Shorter than what it promises: the client believes the connection to be there still.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await using gateway = await runGateway({
    host: [`http://127.0.0.1:${port}`],
    endpoints: [{ endpoint: "/x", backend: [{ url_pattern: "/b" }] }],
  });
  const statuses: number[] = [];
  for (let i = 0; i < 20; i += 1) {
    const response = await fetch(`${gateway.origin}/x`);
    await response.text();
    statuses.push(response.status);
    server.closeIdleConnections();
  }
  expect(new Set(statuses)).toEqual(new Set([200]));
  server.close();
});

test("an answer larger than the limit fails the call", async () => {
  await using backend = await startBackend((_request, response) => {
    response.end(JSON.stringify({ text: "x".repeat(5000) }));
  });
  await using gateway = await runGateway(passing(backend.origin, { output_encoding: "json" }), {
    limits: { answerBodyBytesMax: 4096 },
  });
  expect((await fetch(`${gateway.origin}/x`)).status).toBe(500);
  // Small on the wire counts as what it unpacks to.
  await using packed = await startBackend((_request, response) => {
    const bomb = gzipSync(JSON.stringify({ text: "x".repeat(MIB) }));
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  await using other = await runGateway(passing(packed.origin, { output_encoding: "json" }), {
    limits: { answerBodyBytesMax: 4096 },
  });
  expect((await fetch(`${other.origin}/x`)).status).toBe(500);
});

test("requests under way are finished when the gateway stops", async () => {
  const answers: ServerResponse[] = [];
  await using backend = await startBackend((_request, response) => void answers.push(response));
  const gateway = await runGateway(passing(backend.origin, { output_encoding: "json" }));
  const answer = fetch(`${gateway.origin}/x`);
  await settled(() => backend.seen.length === 1);
  const closing = gateway.gateway.close(10_000);
  answers[0]?.end('{"ok":1}');
  expect((await answer).status).toBe(200);
  expect(await closing).toBe(0);
});
