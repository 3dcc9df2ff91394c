/** What a gateway on the open net has to withstand: smuggled requests, slow and greedy clients, bots. */
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BackendServer, sendJson, startBackend } from "./backend-server.ts";
import { runGateway } from "./running-gateway.ts";

let backend: BackendServer;
beforeAll(async () => {
  backend = await startBackend((_request, response) => sendJson(response, { ok: 1 }));
});
beforeEach(() => void backend.seen.splice(0));
afterAll(() => backend[Symbol.asyncDispose]());

const gatewayOf = (root: object = {}, ...more: [Parameters<typeof runGateway>[1]?]) =>
  runGateway(
    {
      host: [backend.origin],
      endpoints: [
        {
          endpoint: "/x",
          method: "POST",
          input_headers: ["*"],
          backend: [{ url_pattern: "/b" }],
        },
        { endpoint: "/g", backend: [{ url_pattern: "/b" }] },
      ],
      ...root,
    },
    ...more,
  );

/** All that comes back until the other side ends the connection. */
function send(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (received += chunk));
    socket.on("close", () => resolve(received));
    socket.on("error", () => resolve(received));
    socket.setTimeout(5000, () => socket.destroy());
  });
}

const HEAD = "POST /x HTTP/1.1\r\nHost: h\r\n";
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";

describe("a request that two readers could read in two ways is refused", () => {
  test.each([
    [
      "both lengths",
      `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ["two lengths", `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello${SMUGGLED}`],
    ["a list of lengths", `${HEAD}Content-Length: 5, 6\r\n\r\nhello${SMUGGLED}`],
    ["a signed length", `${HEAD}Content-Length: +5\r\n\r\nhello${SMUGGLED}`],
    ["another coding", `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ["chunked not last", `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    [
      "chunked twice",
      `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ["space before the colon", `${HEAD}Content-Length : 5\r\n\r\nhello${SMUGGLED}`],
    ["a folded header", `${HEAD}X: a\r\n Content-Length: 5\r\n\r\nhello${SMUGGLED}`],
    ["a bare line feed", `POST /x HTTP/1.1\nHost: h\nContent-Length: 5\n\nhello${SMUGGLED}`],
    [
      "a bad chunk size",
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    ["two hosts", `POST /x HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n${SMUGGLED}`],
    ["no host", `POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n${SMUGGLED}`],
  ])("%s", async (_name, text) => {
    await using gateway = await gatewayOf();
    const answer = await send(gateway.port, text);
    const statuses = answer.match(/HTTP\/1\.1 \d+/g) ?? [];
    expect(statuses.length).toBeGreaterThan(0);
    // What comes after it is no request: a 404 would be the answer to one.
    expect(statuses.filter((status) => !/ (?:400|500)$/.test(status))).toEqual([]);
    expect(backend.seen.filter(({ body }) => body !== "")).toEqual([]);
  });
});

describe("limits", () => {
  test("header bytes", async () => {
    await using gateway = await gatewayOf({}, { limits: { headerBytesMax: 2048 } });
    const long = `GET /g HTTP/1.1\r\nHost: h\r\nX: ${"x".repeat(4000)}\r\n\r\n`;
    expect(await send(gateway.port, long)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test("requests in flight", async () => {
    await using slow = await startBackend(() => undefined);
    await using gateway = await gatewayOf(
      { host: [slow.origin] },
      { limits: { requestsInFlightMax: 1 } },
    );
    const leave = new AbortController();
    const first = fetch(`${gateway.origin}/g`, { signal: leave.signal }).catch(() => null);
    await expect.poll(() => slow.seen.length).toBe(1);
    const second = await fetch(`${gateway.origin}/g`);
    expect([second.status, second.headers.get("retry-after")]).toEqual([503, "1"]);
    leave.abort();
    await first;
  });

  test("a header that never ends", async () => {
    await using gateway = await gatewayOf({ read_header_timeout: "300ms", read_timeout: "300ms" });
    expect(await send(gateway.port, "GET /g HTTP/1.1\r\nHost: h\r\nX: ")).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });

  test("a body that never ends", async () => {
    await using gateway = await gatewayOf({ read_timeout: "300ms" });
    const answer = await send(gateway.port, `${HEAD}Content-Length: 10\r\n\r\nhell`);
    expect(answer).not.toContain("200 OK");
    expect(backend.seen).toEqual([]);
  });
});

describe("bots", () => {
  const detector = { deny: ["evil"], allow: ["good-bot"], patterns: ["(?i)bot$"] };

  test.each([
    ["evil", 403],
    ["some-Bot", 403],
    ["good-bot", 200],
    ["browser", 200],
  ])("%s gets %d", async (agent, status) => {
    await using gateway = await gatewayOf({ extra_config: { "security/bot-detector": detector } });
    const response = await fetch(`${gateway.origin}/g`, { headers: { "user-agent": agent } });
    expect(response.status).toBe(status);
    expect(gateway.meter.begun).toBe(status === 200 ? 1 : 0);
  });
});

function preflight(
  origin: string,
  asked: Readonly<Record<string, string>>,
  site: string,
): Promise<Response> {
  const headers = { origin: site, "access-control-request-method": "GET", ...asked };
  return fetch(`${origin}/g`, { method: "OPTIONS", headers });
}

describe("cross-origin requests", () => {
  const cors = {
    allow_origins: ["https://app.example", "https://*.dev.example"],
    allow_methods: ["GET"],
    allow_headers: ["X-My"],
    expose_headers: ["X-Out"],
    max_age: "1h",
    allow_credentials: true,
  };

  test("preflights are answered and counted nowhere", async () => {
    await using gateway = await gatewayOf({ extra_config: { "security/cors": cors } });
    const asked = { "access-control-request-headers": "x-my" };
    const yes = await preflight(gateway.origin, asked, "https://a.dev.example");
    expect(yes.status).toBe(204);
    expect(Object.fromEntries(yes.headers)).toMatchObject({
      "access-control-allow-origin": "https://a.dev.example",
      "access-control-allow-methods": "GET",
      "access-control-allow-headers": "x-my",
      "access-control-allow-credentials": "true",
      "access-control-max-age": "3600",
      vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    });
    for (const [more, site] of [
      [asked, "https://evil.example"],
      [{ "access-control-request-headers": "x-other" }, "https://app.example"],
      [{ "access-control-request-method": "PUT" }, "https://app.example"],
    ] as const) {
      const no = await preflight(gateway.origin, more, site);
      expect(no.headers.has("access-control-allow-origin")).toBe(false);
    }
    expect(gateway.meter.begun).toBe(0);
  });

  test("requests tell who may read their answers", async () => {
    await using gateway = await gatewayOf({ extra_config: { "security/cors": cors } });
    const read = async (origin: string) =>
      (await fetch(`${gateway.origin}/g`, { headers: { origin } })).headers;
    const yes = await read("https://app.example");
    expect(yes.get("access-control-allow-origin")).toBe("https://app.example");
    expect(yes.get("access-control-expose-headers")).toBe("X-Out");
    expect(yes.get("vary")).toBe("Origin");
    expect((await read("https://evil.example")).has("access-control-allow-origin")).toBe(false);
  });
});

test("headers for browsers, and hosts that are answered", async () => {
  const security = {
    sts_seconds: 60,
    sts_include_subdomains: true,
    frame_deny: true,
    content_type_nosniff: true,
    allowed_hosts: ["api.example"],
  };
  await using gateway = await gatewayOf({ extra_config: { "security/http": security } });
  const ask = (host: string) =>
    send(gateway.port, `GET /g HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  const answer = await ask("api.example");
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).toMatch(/strict-transport-security: max-age=60; includeSubDomains/i);
  expect(answer).toMatch(/x-frame-options: DENY/i);
  expect(answer).toMatch(/x-content-type-options: nosniff/i);
  expect(await ask("other.example")).toMatch(/^HTTP\/1\.1 403 /);
});

describe("rates", () => {
  test("each client has its own, by header, and must say who it is", async () => {
    const limit = { client_max_rate: 1, client_capacity: 1, strategy: "header", key: "X-Key" };
    await using gateway = await gatewayOf({
      endpoints: [
        {
          endpoint: "/g",
          backend: [{ url_pattern: "/b" }],
          extra_config: { "qos/ratelimit/router": { ...limit, every: "1h" } },
        },
      ],
    });
    const ask = async (key?: string) =>
      (await fetch(`${gateway.origin}/g`, { headers: key === undefined ? {} : { "x-key": key } }))
        .status;
    expect([await ask("a"), await ask("a"), await ask("b"), await ask()]).toEqual([
      200, 429, 200, 429,
    ]);
  });

  test("tokens come back with time", async () => {
    let nowMs = 0;
    const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
    await using gateway = await gatewayOf(
      {
        endpoints: [
          {
            endpoint: "/g",
            backend: [{ url_pattern: "/b" }],
            extra_config: { "qos/ratelimit/router": { max_rate: 2, every: "1m", capacity: 2 } },
          },
        ],
      },
      { clock },
    );
    const ask = async () => (await fetch(`${gateway.origin}/g`)).status;
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 503]);
    nowMs += 30_000;
    expect([await ask(), await ask()]).toEqual([200, 503]);
  });
});

test("a circuit breaker lets one call try whether the backend is back", async () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  let isBroken = true;
  await using flaky = await startBackend((_request, response) => {
    if (isBroken) response.writeHead(503).end();
    else sendJson(response, { ok: 1 });
  });
  const breaker = { interval: 60, timeout: 10, max_errors: 1 };
  await using gateway = await gatewayOf(
    {
      host: [flaky.origin],
      endpoints: [
        {
          endpoint: "/g",
          backend: [{ url_pattern: "/b", extra_config: { "qos/circuit-breaker": breaker } }],
        },
      ],
    },
    { clock },
  );
  const ask = async () => (await fetch(`${gateway.origin}/g`)).status;
  await ask();
  await ask();
  expect(flaky.seen.length).toBe(2);
  expect(await ask()).toBe(500);
  expect(flaky.seen.length).toBe(2);
  nowMs += 11_000;
  expect(await ask()).toBe(500);
  expect(flaky.seen.length).toBe(3);
  expect(await ask()).toBe(500);
  expect(flaky.seen.length).toBe(3);
  isBroken = false;
  nowMs += 11_000;
  expect([await ask(), await ask()]).toEqual([200, 200]);
});
