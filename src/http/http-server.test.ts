import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { OperatingError } from "#lib/operating-error";
import { startTestServer } from "../../test/fakes/http-test-server.ts";
import { readToEnd, sendRaw, splitAnswers } from "../../test/fakes/raw-client.ts";
import { reusedChunks } from "../../test/fakes/reused-chunks.ts";
import { testRoute } from "../../test/fakes/test-route.ts";
import { HttpRefusal } from "./errors.ts";
import type { ErrorShape } from "./surface.ts";
import { textResponse } from "./api-response.ts";

const hello = testRoute({ handler: async () => textResponse(200, "hello\n") });

function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`;
}

describe("routing", () => {
  test("answers a known path and knows no other spelling of it", async () => {
    await using started = await startTestServer({ routes: [hello] });
    const paths: readonly (readonly [string, number])[] = [
      ["/metrics/v1", 200],
      ["/metrics/v1/", 200],
      ["/metrics/v1?query=up", 200],
      ["http://other.example/metrics/v1", 200],
      ["//metrics/v1", 404],
      ["/metrics//v1", 404],
      ["/metrics/v1//", 404],
      ["/metrics/./v1", 404],
      ["/x/../metrics/v1", 404],
      ["/metrics/%2e/v1", 404],
      ["/x/%2e%2e/metrics/v1", 404],
      ["/metrics%2fv1", 404],
      ["/metrics/%761", 404],
      ["/metrics/v1;x=y", 404],
      ["/metrics/v1%00", 404],
      ["/metrics/v1%ff", 404],
      ["/metrics\\v1", 404],
      ["/Metrics/v1", 404],
      ["/metrics/v1/query", 404],
      ["/metrics/v1/api/v1/query", 404],
      ["/metrics/v1x", 404],
    ];
    for (const [path, status] of paths) {
      const answers = splitAnswers(await sendRaw(started.port, get(path)));
      expect([path, ...answers.map((answer) => answer.status)]).toEqual([path, status]);
    }
  });

  test("says which methods a path takes, and ignores an override", async () => {
    await using started = await startTestServer({ routes: [hello] });
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]) {
      const text = await sendRaw(
        started.port,
        get("/metrics/v1", "X-HTTP-Method-Override: GET\r\n").replace("GET", method),
      );
      const [answer] = splitAnswers(text);
      expect([method, answer?.status]).toEqual([method, 405]);
      expect(answer?.head.toLowerCase()).toContain("\r\nallow: get, head");
    }
  });

  test("gives HEAD the headers of GET and no body", async () => {
    await using started = await startTestServer({ routes: [hello] });
    const text = await sendRaw(started.port, get("/metrics/v1").replace("GET", "HEAD"));
    expect(text.toLowerCase()).toContain("\r\ncontent-length: 6\r\n");
    expect(text.endsWith("\r\n\r\n")).toBe(true);
  });

  test("hands over parameters, query and headers", async () => {
    const route = testRoute({
      paths: ["/api/v1/label/:name/values"],
      handler: async (request) =>
        textResponse(
          200,
          JSON.stringify([request.params["name"], request.query, request.header("x-a")]),
        ),
    });
    await using started = await startTestServer({ routes: [route] });
    const path = "/api/v1/label/caf%C3%A9/values?limit=1";
    const [answer] = splitAnswers(await sendRaw(started.port, get(path, "X-A: 1\r\nX-A: 2\r\n")));
    const body = Buffer.from(answer?.body ?? "", "latin1").toString();
    expect(JSON.parse(body)).toEqual(["café", "limit=1", "1, 2"]);
  });
});

describe("what the kernel refuses", () => {
  test("requests that two readers could read differently", async () => {
    let handled = 0;
    const route = testRoute({
      methods: ["GET", "POST"],
      handler: async () => {
        handled += 1;
        return textResponse(200, "x");
      },
    });
    await using started = await startTestServer({ routes: [route] });
    const head = "POST /metrics/v1 HTTP/1.1\r\nHost: x\r\n";
    const smuggling = [
      `${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics/v1 HTTP/1.1\r\nHost: x\r\n\r\n`,
      `${head}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
      `${head}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde`,
      `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
      `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      `${head}X: a\r\n b\r\nContent-Length : 0\r\n\r\n`,
      "GET /metrics/v1 HTTP/1.1\nHost: x\n\n",
      "GET /metrics/v1 HTTP/1.1\r\n\r\n",
      get("/metrics/v1", "Host: y\r\n"),
      get("/metrics/v1", "Authorization: Basic YTpi\r\nAuthorization: Bearer c\r\n"),
    ];
    for (const bytes of smuggling) {
      const answers = splitAnswers(await sendRaw(started.port, bytes));
      expect([bytes, ...answers.map((answer) => answer.status)]).toEqual([bytes, 400]);
    }
    expect(handled).toBe(0);
  });

  test("too long URLs and headers", async () => {
    const limits = { urlBytesMax: 100, headerBytesMax: 2048 };
    await using started = await startTestServer({ routes: [hello], limits });
    const long = await sendRaw(started.port, get(`/metrics/v1?a=${"b".repeat(100)}`));
    expect(splitAnswers(long)[0]?.status).toBe(414);
    const heavy = await sendRaw(started.port, get("/metrics/v1", `X: ${"y".repeat(3000)}\r\n`));
    expect(splitAnswers(heavy)[0]?.status).toBe(431);
    expect(started.count("gaugeway_http_limits_hit", "test", "header_bytes_max")).toBe(1);
  });

  test("a client that dawdles over its headers", async () => {
    const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400 };
    await using started = await startTestServer({ routes: [hello], limits });
    const text = await sendRaw(started.port, "GET /metrics/v1 HTTP/1.1\r\nHost: x\r\n", 5000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  test("bodies over the route's limit, however announced", async () => {
    const route = testRoute({
      methods: ["POST"],
      limits: { bodyBytesMax: 4 },
      handler: async (request) =>
        textResponse(200, Buffer.from(await request.readBody()).toString()),
    });
    await using started = await startTestServer({ routes: [route] });
    const head = "POST /metrics/v1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    const sent = [
      [`${head}Content-Length: 4\r\n\r\nabcd`, 200],
      [`${head}Content-Length: 5\r\n\r\nabcde`, 413],
      [`${head}Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n0\r\n\r\n`, 413],
      [`${head}Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n`, 200],
      [`${head}Content-Type: ;;;\r\nContent-Length: 4\r\n\r\nabcd`, 400],
      [`${head}Content-Type: a/b\r\nContent-Length: 4\r\n\r\nabcd`, 200],
    ] as const;
    for (const [bytes, status] of sent) {
      const [answer] = splitAnswers(await sendRaw(started.port, bytes));
      expect([bytes, answer?.status]).toEqual([bytes, status]);
    }
  });

  test("more requests at once than it may answer", async () => {
    const gate = Promise.withResolvers<void>();
    const slow = testRoute({
      handler: async () => {
        await gate.promise;
        return textResponse(200, "late\n");
      },
    });
    await using started = await startTestServer({
      routes: [slow],
      limits: { requestsInFlightMax: 1 },
    });
    const first = sendRaw(started.port, get("/metrics/v1"));
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    const [second] = splitAnswers(await sendRaw(started.port, get("/metrics/v1")));
    expect(second?.status).toBe(503);
    expect(second?.head.toLowerCase()).toContain("retry-after: 1");
    gate.resolve();
    expect(splitAnswers(await first)[0]?.status).toBe(200);
    expect(started.count("gaugeway_http_limits_hit", "test", "requests_in_flight_max")).toBe(1);
  });

  test("more connections than it may hold", async () => {
    await using started = await startTestServer({ routes: [hello], limits: { connectionsMax: 1 } });
    const first = connect({ port: started.port, host: "127.0.0.1" });
    await once(first, "connect");
    await expect.poll(() => started.count("gaugeway_http_connections", "test")).toBe(1);
    expect(await sendRaw(started.port, get("/metrics/v1"))).toBe("");
    first.destroy();
    expect(started.count("gaugeway_http_limits_hit", "test", "connections_max")).toBe(1);
  });
});

function failing(path: `/${string}`, errorShape: ErrorShape) {
  return testRoute({
    paths: [path],
    surface: { name: path.slice(1), errorShape },
    handler: async (request) => {
      if (request.query === "limit") {
        throw new OperatingError("series_per_scrape_limit", "Too many series.");
      }
      if (request.query === "storage") {
        throw new OperatingError("storage_failed", "Cannot read /secret/path.");
      }
      if (request.query === "novel") throw new OperatingError("novel", "secret");
      throw new TypeError("secret");
    },
  });
}

describe("errors", () => {
  test("take the surface's shape, and tell nothing of the inside", async () => {
    await using started = await startTestServer({
      routes: [
        failing("/o", "oauth"),
        failing("/p", "prometheus"),
        failing("/g", "grafana"),
        failing("/t", "text"),
        failing("/c", "control"),
      ],
      surfaces: [{ prefix: "/api/", surface: { name: "query", errorShape: "prometheus" } }],
    });
    const fetched = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${started.port}${path}`);
      const text = await response.text();
      expect(text).not.toContain("secret");
      return [response.status, text.startsWith("{") ? JSON.parse(text) : text] as const;
    };
    const text = "Too many series.";
    expect(await fetched("/o?limit")).toEqual([
      422,
      { error: "series_per_scrape_limit", error_description: text },
    ]);
    expect(await fetched("/p?limit")).toEqual([
      422,
      { status: "error", errorType: "execution", error: text },
    ]);
    expect(await fetched("/g?limit")).toEqual([422, { message: text }]);
    expect(await fetched("/t?limit")).toEqual([422, `${text}\n`]);
    expect(await fetched("/c?limit")).toEqual([
      422,
      { error: "series_per_scrape_limit", message: text },
    ]);
    expect((await fetched("/o?storage"))[0]).toBe(503);
    expect((await fetched("/o?novel"))[0]).toBe(500);
    expect((await fetched("/c?bug"))[0]).toBe(500);
    expect(await fetched("/api/v1/unknown")).toEqual([
      404,
      { status: "error", errorType: "not_found", error: "there is nothing at this path" },
    ]);
    expect((await fetched("/nowhere"))[0]).toBe(404);
  });

  test("carry the refusal's headers", async () => {
    const route = testRoute({
      handler: () =>
        Promise.reject(
          new HttpRefusal("unauthorized", "x", { "www-authenticate": ["Basic a", "Bearer b"] }),
        ),
    });
    await using started = await startTestServer({ routes: [route] });
    const text = await sendRaw(started.port, get("/metrics/v1"));
    expect(text.match(/www-authenticate: \w+/gi)).toHaveLength(2);
  });
});

function keptAlive(who: string): string {
  const authorization = who === "" ? "" : `Authorization: ${who}\r\n`;
  return `GET /metrics/v1 HTTP/1.1\r\nHost: x\r\n${authorization}\r\n`;
}

describe("answers", () => {
  test("of shared chunks reach every reader whole, and cost slow ones no memory", async () => {
    const chunks = Array.from({ length: 256 }, (_, i) => Buffer.alloc(64 * 1024, 97 + (i % 26)));
    const lengthBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    const route = testRoute({ handler: async () => ({ status: 200, headers: {}, body: chunks }) });
    await using started = await startTestServer({ routes: [route] });
    const before = process.memoryUsage().arrayBuffers;
    const lazy = Array.from({ length: 50 }, () => {
      const socket = connect({ port: started.port, host: "127.0.0.1" });
      socket.pause();
      socket.write(get("/metrics/v1"));
      return socket;
    });
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(50);
    // 50 copies of the 16 MiB would be 800 MiB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);

    const quick = await fetch(`http://127.0.0.1:${started.port}/metrics/v1`);
    expect(quick.headers.get("content-length")).toBe(String(lengthBytes));
    expect(Buffer.concat(chunks).equals(Buffer.from(await quick.arrayBuffer()))).toBe(true);
    for (const socket of lazy.slice(1)) socket.destroy();
    const [first] = lazy;
    first?.resume();
    const text = first === undefined ? "" : await readToEnd(first, 10_000);
    expect(splitAnswers(text)[0]?.body).toHaveLength(lengthBytes);
  });

  test("of a stream are done with a chunk before they ask for the next", async () => {
    const { text } = reusedChunks(100, 64 * 1024);
    const route = testRoute({
      handler: async () => ({ status: 200, headers: {}, body: reusedChunks(100, 64 * 1024).body }),
    });
    await using started = await startTestServer({ routes: [route] });
    const url = `http://127.0.0.1:${started.port}/metrics/v1`;
    const answers = await Promise.all([1, 2, 3].map(async () => (await fetch(url)).text()));
    for (const answer of answers) expect(answer === text).toBe(true);
  });

  test("wait for a reader and give up on one that stalls", async () => {
    let pulled = 0;
    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          pulled += 1;
          yield Buffer.alloc(256 * 1024);
        }
      } finally {
        released = true;
      }
    }
    const route = testRoute({
      handler: async () => ({ status: 200, headers: {}, body: endless() }),
    });
    await using started = await startTestServer({
      routes: [route],
      limits: { responseStallTimeoutMs: 300 },
    });
    const socket = connect({ port: started.port, host: "127.0.0.1" });
    socket.pause();
    socket.write(get("/metrics/v1"));
    await expect
      .poll(() => started.count("gaugeway_http_limits_hit", "test", "response_stall_timeout_ms"), {
        timeout: 5000,
      })
      .toBe(1);
    // What the system's socket buffers hold, and no more.
    expect(pulled).toBeLessThan(100);
    await expect.poll(() => released).toBe(true);
    socket.destroy();
  });

  test("abort their handler's signal when the client leaves", async () => {
    const aborted = Promise.withResolvers<void>();
    const route = testRoute({
      handler: (request) =>
        new Promise((resolve) => {
          request.signal.addEventListener("abort", () => {
            aborted.resolve();
            resolve(textResponse(200, "nobody reads this\n"));
          });
        }),
    });
    await using started = await startTestServer({ routes: [route] });
    const socket = connect({ port: started.port, host: "127.0.0.1" });
    socket.write(get("/metrics/v1"));
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    socket.destroy();
    await aborted.promise;
    await expect.poll(() => started.count("gaugeway_http_responses_aborted", "test")).toBe(1);
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(0);
  });

  test("survive a client that leaves in the middle of the body", async () => {
    const chunks = Array.from({ length: 400 }, () => Buffer.alloc(64 * 1024));
    const route = testRoute({ handler: async () => ({ status: 200, headers: {}, body: chunks }) });
    await using started = await startTestServer({
      routes: [route, testRoute({ ...hello, paths: ["/hello"] })],
    });
    const socket = connect({ port: started.port, host: "127.0.0.1" });
    socket.write(get("/metrics/v1"));
    await once(socket, "data");
    socket.resetAndDestroy();
    await expect.poll(() => started.count("gaugeway_http_responses_aborted", "test")).toBe(1);
    expect((await fetch(`http://127.0.0.1:${started.port}/hello`)).status).toBe(200);
  });

  test("come in order to pipelined requests, each with its own identity", async () => {
    const echo = testRoute({
      handler: async (request) => {
        const who = request.header("authorization") ?? "nobody";
        await new Promise((resolve) => setTimeout(resolve, who === "a" ? 50 : 0));
        return textResponse(200, who);
      },
    });
    await using started = await startTestServer({ routes: [echo] });
    const text = await sendRaw(
      started.port,
      keptAlive("a") + keptAlive("") + keptAlive("b") + get("/metrics/v1"),
    );
    expect(splitAnswers(text).map((answer) => answer.body)).toEqual(["a", "nobody", "b", "nobody"]);
  });
});

describe("stopping", () => {
  test("finishes what is under way, closes idle connections, and takes nothing new", async () => {
    const gate = Promise.withResolvers<void>();
    const slow = testRoute({
      handler: async () => {
        await gate.promise;
        return textResponse(200, "finished\n");
      },
    });
    await using started = await startTestServer({
      routes: [slow, testRoute({ ...hello, paths: ["/hello"] })],
    });
    const idle = connect({ port: started.port, host: "127.0.0.1" });
    idle.write("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    await once(idle, "data");
    const idleEnd = readToEnd(idle, 5000);
    const underway = sendRaw(started.port, "GET /metrics/v1 HTTP/1.1\r\nHost: x\r\n\r\n", 5000);
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    const closed = started.server.close(10_000);
    await idleEnd;
    await expect(fetch(`http://127.0.0.1:${started.port}/hello`)).rejects.toThrow("fetch failed");
    gate.resolve();
    const text = await underway;
    expect(text).toContain("finished");
    expect(text.toLowerCase()).toContain("\r\nconnection: close\r\n");
    expect(await closed).toBe(0);
  });

  test("cuts what does not finish in time, and says how many", async () => {
    let aborted = false;
    const stuck = testRoute({
      handler: (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => {
            aborted = true;
            reject(new Error("aborted"));
          });
        }),
    });
    await using started = await startTestServer({ routes: [stuck] });
    const underway = sendRaw(started.port, get("/metrics/v1"));
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    expect(await started.server.close(50)).toBe(1);
    expect(aborted).toBe(true);
    await underway;
  });
});

describe("listening", () => {
  test("tells of an address in use in one sentence", async () => {
    await using started = await startTestServer({ routes: [hello] });
    const listen = started.server.listen;
    await expect(startTestServer({ routes: [hello], listen })).rejects.toMatchObject({
      code: "address_in_use",
      message: expect.stringContaining("is in use by another process"),
    });
  });

  test("on a unix socket that only its owner may open, in place of a dead one", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gaugeway-http-"));
    const path = join(folder, "control.sock");
    await writeFile(path, "");
    await using started = await startTestServer({
      routes: [hello],
      listen: { kind: "unix", path },
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const body = await new Promise<string>((resolve, reject) => {
      httpRequest({ socketPath: path, path: "/metrics/v1" }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () => resolve(text));
      })
        .on("error", reject)
        .end();
    });
    expect(body).toBe("hello\n");
    await expect(
      startTestServer({ routes: [hello], listen: { kind: "unix", path } }),
    ).rejects.toMatchObject({ code: "address_in_use" });
    await started.server.close(100);
  });
});

test("logs one record a request, without query, credentials or bodies", async () => {
  const route = testRoute({
    handler: async (request) => {
      request.note({ tenant: "acme" });
      return textResponse(200, "x");
    },
  });
  await using started = await startTestServer({ routes: [route] });
  const credential = Buffer.from("gwc_a:s3cr3t").toString("base64");
  await sendRaw(
    started.port,
    get("/metrics/v1?password=s3cr3t", `Authorization: Basic ${credential}\r\n`),
  );
  await sendRaw(started.port, get("http://user:s3cr3t@host/metrics/v2?token=s3cr3t"));
  expect(started.log).toHaveLength(2);
  expect(started.log[0]).toMatchObject({
    message: "request",
    method: "GET",
    path: "/metrics/v1",
    status: 200,
    tenant: "acme",
    bodyBytes: 1,
    remoteAddress: "127.0.0.1",
  });
  const text = JSON.stringify(started.log);
  expect(text).not.toContain("s3cr3t");
  expect(text).not.toContain(credential);
});
