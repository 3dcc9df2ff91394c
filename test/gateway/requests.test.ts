/** What of a client's request reaches backends, and how it finds them. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BackendServer, sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";
import { settled } from "./settled.ts";

let backend: BackendServer;
beforeAll(async () => {
  backend = await startBackend((request, response) => {
    const [, , , , code] = (request.url ?? "").split("/");
    if (request.url?.startsWith("/redirect/") === true) {
      response
        .writeHead(Number((request.url ?? "").split("/")[2] ?? code), { location: "/target?x=1" })
        .end();
    } else sendJson(response, { ok: 1 });
  });
});
beforeEach(() => void backend.seen.splice(0));
afterAll(() => backend[Symbol.asyncDispose]());

const gatewayOf = (endpoint: object, root: object = {}) =>
  runGateway({
    host: [backend.origin],
    ...root,
    endpoints: [{ endpoint: "/x", backend: [{ url_pattern: "/b" }], ...endpoint }],
  });

/** Sends bytes and gives all that comes back until the other side ends or a little time has passed. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(text));
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => (received += chunk));
    socket.on("close", () => resolve(received));
    socket.on("error", () => resolve(received));
    socket.setTimeout(3000, () => socket.destroy());
  });
}

describe("headers", () => {
  test("without a list only the content type goes on, and who asks", async () => {
    await using gateway = await gatewayOf({});
    await fetch(`${gateway.origin}/x`, { headers: { cookie: "a=b", authorization: "x" } });
    const [seen] = backend.seen;
    expect(seen?.headers).toMatchObject({
      "accept-encoding": "gzip",
      "user-agent": "KrakenD Version 1.2.3",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-host": `127.0.0.1:${gateway.port}`,
    });
    expect(seen?.headers).not.toHaveProperty("cookie");
    expect(seen?.headers).not.toHaveProperty("authorization");
  });

  test("with a list exactly those, in any case", async () => {
    await using gateway = await gatewayOf({ input_headers: ["X-My", "user-agent"] });
    await fetch(`${gateway.origin}/x`, {
      headers: { "x-my": "1", "x-other": "2", "user-agent": "me" },
    });
    expect(backend.seen[0]?.headers).toMatchObject({
      "x-my": "1",
      "user-agent": "me",
      "x-forwarded-via": "KrakenD Version 1.2.3",
    });
    expect(backend.seen[0]?.headers).not.toHaveProperty("x-other");
  });

  test("a backend's own list narrows it", async () => {
    await using gateway = await gatewayOf({
      input_headers: ["*"],
      input_query_strings: ["*"],
      backend: [{ url_pattern: "/b", input_headers: ["x-a"], input_query_strings: ["q"] }],
    });
    await fetch(`${gateway.origin}/x?q=1&r=2`, { headers: { "x-a": "1", "x-b": "2" } });
    expect(backend.seen[0]?.headers).toHaveProperty("x-a", "1");
    expect(backend.seen[0]?.headers).not.toHaveProperty("x-b");
    expect(backend.seen[0]?.url).toBe("/b?q=1");
  });

  test("of one connection never pass, not even by declaration", async () => {
    await using gateway = await gatewayOf({ input_headers: ["*"] });
    const request =
      "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close, X-Secret-Hop\r\nX-Secret-Hop: 1\r\nTE: trailers\r\n" +
      "Upgrade: h2c\r\nProxy-Authorization: p\r\nKeep-Alive: 5\r\nX-Fine: 1\r\n\r\n";
    expect(await exchange(gateway.port, request)).toContain("200 OK");
    const names = Object.keys(backend.seen[0]?.headers ?? {});
    expect(names).toContain("x-fine");
    for (const name of ["x-secret-hop", "te", "upgrade", "proxy-authorization", "keep-alive"]) {
      expect(names).not.toContain(name);
    }
  });

  test("an address that a client claims to have is not believed", async () => {
    await using gateway = await gatewayOf({ input_headers: ["*"] });
    await fetch(`${gateway.origin}/x`, { headers: { "x-forwarded-for": "6.6.6.6" } });
    expect(backend.seen[0]?.headers["x-forwarded-for"]).toBe("127.0.0.1");
    await using trusting = await gatewayOf(
      {},
      {
        extra_config: {
          router: { forwarded_by_client_ip: true, trusted_proxies: ["127.0.0.0/8"] },
        },
      },
    );
    await fetch(`${trusting.origin}/x`, { headers: { "x-forwarded-for": "6.6.6.6" } });
    expect(backend.seen[1]?.headers["x-forwarded-for"]).toBe("6.6.6.6");
  });
});

describe("paths and queries", () => {
  test.each<[string, object, string, string]>([
    [
      "a placeholder",
      { endpoint: "/x/{id}", backend: [{ url_pattern: "/b/{id}" }] },
      "/x/7",
      "/b/7",
    ],
    [
      "a space",
      { endpoint: "/x/{id}", backend: [{ url_pattern: "/b/{id}" }] },
      "/x/a%20b",
      "/b/a%20b",
    ],
    ["a listed parameter", { input_query_strings: ["q"] }, "/x?q=1&r=2", "/b?q=1"],
    [
      "all parameters, in order",
      { input_query_strings: ["*"] },
      "/x?z=1&a=2&a=3",
      "/b?a=2&a=3&z=1",
    ],
    [
      "after those of the pattern",
      { input_query_strings: ["q"], backend: [{ url_pattern: "/b?k=1" }] },
      "/x?q=2",
      "/b?k=1&q=2",
    ],
    ["the rest of a path", { endpoint: "/x/*" }, "/x/a/b/c", "/b"],
    ["a literal before a placeholder", { endpoint: "/x/{id}" }, "/x/7", "/b"],
  ])("%s", async (_name, endpoint, path, url) => {
    await using gateway = await gatewayOf(endpoint);
    const response = await fetch(gateway.origin + path);
    expect(response.status).toBe(200);
    expect(backend.seen[0]?.url).toBe(url);
  });

  test.each([
    ["/x/..%2f..%2fetc"],
    ["/x/%2e%2e"],
    ["/x/%2E"],
    ["/x/a%252e"],
    ["/x/a%3fb"],
    ["/x/a%23b"],
    ["/x/%ff"],
    ["/x/a%2fb"],
  ])("%s reaches no backend", async (path) => {
    await using gateway = await gatewayOf({
      endpoint: "/x/{id}",
      backend: [{ url_pattern: "/b/{id}/end" }],
    });
    const answer = await exchange(
      gateway.port,
      `GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect(backend.seen).toEqual([]);
  });

  test("redirects lead to the path as configured, within this host", async () => {
    await using gateway = await gatewayOf({ endpoint: "/Aa/{id}", method: "POST" });
    const ask = (path: string) =>
      exchange(
        gateway.port,
        `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
    expect(await ask("/aa/X?q=1")).toMatch(/^HTTP\/1\.1 307 [\s\S]*location: \/Aa\/X\?q=1\r\n/i);
    expect(await ask("//Aa//X/")).toMatch(/location: \/Aa\/X\r\n/i);
    expect(await ask("//evil.com/")).not.toMatch(/location: \/\//i);
    expect(await ask("/Aa/x%0d%0aX-Bad:1/")).not.toMatch(/^x-bad/im);
  });

  test("OPTIONS is answered where the router is told to", async () => {
    await using gateway = await gatewayOf({}, { extra_config: { router: { auto_options: true } } });
    const response = await fetch(`${gateway.origin}/x`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([200, "GET"]);
  });

  test("404 and 405 take bodies of one's own", async () => {
    const router = { error_body: { 404: { m: "no" }, 405: { m: "not so" } } };
    await using gateway = await gatewayOf({}, { extra_config: { router } });
    const missing = await fetch(`${gateway.origin}/y`);
    expect([missing.status, await missing.text()]).toEqual([404, '{"m":"no"}']);
    const wrong = await fetch(`${gateway.origin}/x`, { method: "PUT" });
    expect([wrong.status, await wrong.text()]).toEqual([405, '{"m":"not so"}']);
  });
});

function upload(
  origin: string,
  body: RequestInit["body"],
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${origin}/x`, { method: "POST", body: body ?? null, headers, duplex: "half" });
}

describe("bodies", () => {
  test("go on to a backend as they come", async () => {
    await using gateway = await gatewayOf({ method: "POST" });
    const response = await upload(gateway.origin, "hello", { "content-type": "text/x" });
    expect(response.status).toBe(200);
    expect(backend.seen[0]).toMatchObject({ method: "POST", body: "hello" });
    expect(backend.seen[0]?.headers).toMatchObject({
      "content-type": "text/x",
      "transfer-encoding": "chunked",
    });
  });

  test("go on to several backends, and several times", async () => {
    await using gateway = await gatewayOf({
      method: "POST",
      concurrent_calls: 2,
      backend: [{ url_pattern: "/a" }, { url_pattern: "/b" }],
    });
    await upload(gateway.origin, "hello");
    expect(backend.seen.length).toBeGreaterThanOrEqual(2);
    expect(new Set(backend.seen.map(({ body }) => body))).toEqual(new Set(["hello"]));
  });

  test("over the limit are 413, announced or not", async () => {
    await using gateway = await runGateway(
      {
        host: [backend.origin],
        endpoints: [{ endpoint: "/x", method: "POST", backend: [{ url_pattern: "/b" }] }],
      },
      { limits: { requestBodyBytesMax: 1000 } },
    );
    expect((await upload(gateway.origin, "x".repeat(1001))).status).toBe(413);
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(1001));
        controller.close();
      },
    });
    expect((await upload(gateway.origin, chunked)).status).toBe(413);
    expect((await upload(gateway.origin, "x".repeat(1000))).status).toBe(200);
  });
});

/** Sends for ever, at the pace of the other side. */
function endlessUpload(port: number): {
  readonly socket: Socket;
  readonly sentBytes: () => number;
} {
  const socket = connect(port, "127.0.0.1", () => {
    socket.write("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
    const chunk = Buffer.alloc(64 * 1024);
    const fill = (): void => {
      while (socket.write(chunk));
    };
    socket.on("drain", fill);
    fill();
  });
  socket.on("error", () => undefined);
  return { socket, sentBytes: () => socket.bytesWritten - socket.writableLength };
}

describe("an upload", () => {
  const MIB = 1024 * 1024;

  test("goes at the backend's pace, and ends with its client", async () => {
    const held: Socket[] = [];
    const server = createServer((socket) => {
      socket.pause();
      socket.on("error", () => undefined);
      held.push(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await using gateway = await runGateway(
      {
        host: [`http://127.0.0.1:${port}`],
        timeout: "60s",
        endpoints: [{ endpoint: "/x", method: "POST", backend: [{ url_pattern: "/b" }] }],
      },
      { limits: { requestBodyBytesMax: 1024 * MIB } },
    );
    const { socket, sentBytes } = endlessUpload(gateway.port);
    let before = -1;
    await settled(() => {
      const stands = sentBytes() > 0 && sentBytes() === before;
      before = sentBytes();
      return stands;
    }, 200);
    expect(sentBytes()).toBeLessThan(32 * MIB);
    const closed = new Promise<void>((resolve) => held[0]?.once("close", () => resolve()));
    socket.destroy();
    held[0]?.resume();
    await closed;
    await settled(() => gateway.meter.ended === 1);
    expect(gateway.meter.calls.toSorted()).toEqual(["backend /b f/t", "pipe /x f/t"]);
    server.close();
  });
});

describe("redirects of backends", () => {
  test.each([
    [301, "GET", ""],
    [302, "GET", ""],
    [303, "GET", ""],
  ])("%d is followed", async (status, method, body) => {
    await using gateway = await gatewayOf({
      method: "POST",
      backend: [{ url_pattern: `/redirect/${status}` }],
    });
    const response = await fetch(`${gateway.origin}/x`, { method: "POST", body: "b" });
    expect(response.status).toBe(200);
    expect(backend.seen.at(-1)).toMatchObject({ url: "/target?x=1", method, body });
  });

  test("in circles end", async () => {
    await using circle = await startBackend((_request, response) => {
      response.writeHead(302, { location: "/again" }).end();
    });
    await using gateway = await gatewayOf({
      backend: [{ url_pattern: "/", host: [circle.origin] }],
    });
    expect((await fetch(`${gateway.origin}/x`)).status).toBe(500);
    expect(circle.seen.length).toBe(11);
  });

  test("to another host leave credentials behind", async () => {
    await using elsewhere = await startBackend((_request, response) => {
      response.writeHead(302, { location: `${backend.origin}/stolen` }).end();
    });
    await using gateway = await gatewayOf({
      input_headers: ["Authorization"],
      backend: [{ url_pattern: "/", host: [elsewhere.origin] }],
    });
    await fetch(`${gateway.origin}/x`, { headers: { authorization: "secret" } });
    expect(elsewhere.seen[0]?.headers).toHaveProperty("authorization");
    expect(backend.seen.at(-1)?.headers).not.toHaveProperty("authorization");
  });
});

test("several hosts are asked in turn", async () => {
  await using other = await startBackend((_request, response) => sendJson(response, {}));
  await using gateway = await gatewayOf({
    backend: [{ url_pattern: "/b", host: [backend.origin, other.origin] }],
  });
  for (let i = 0; i < 6; i += 1) await (await fetch(`${gateway.origin}/x`)).text();
  expect([backend.seen.length, other.seen.length]).toEqual([3, 3]);
});
