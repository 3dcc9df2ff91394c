import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { Agent, request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../../test/e2e/certificate.ts";
import type { TlsFiles } from "../../test/e2e/gaugeway-server.ts";
import { startTestServer, type TestServer } from "../../test/fakes/http-test-server.ts";
import { readToEnd } from "../../test/fakes/raw-client.ts";
import { reusedChunks } from "../../test/fakes/reused-chunks.ts";
import { testRoute } from "../../test/fakes/test-route.ts";
import { textResponse } from "./api-response.ts";
import type { HttpLimits } from "./limits.ts";
import type { TlsOptions } from "./listen-options.ts";
import type { Route } from "./route.ts";

let folder = "";
let first: TlsFiles;
let second: TlsFiles;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gaugeway-tls-"));
  const [one, other] = [await mkdtemp(join(folder, "a")), await mkdtemp(join(folder, "b"))];
  const [firstMade, secondMade] = [await makeCertificate(one), await makeCertificate(other)];
  if (firstMade === null || secondMade === null) throw new Error("the openssl program is missing");
  [first, second] = [firstMade, secondMade];
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function tlsOptions(files: TlsFiles): TlsOptions {
  return { ...files, minVersion: "TLSv1.2", checkIntervalMs: 60_000 };
}

function serve(
  routes: readonly Route[],
  limits: Partial<HttpLimits> = {},
  tls = tlsOptions(first),
): Promise<TestServer> {
  return startTestServer({ routes, limits, tls });
}

function openSession(port: number): ClientHttp2Session {
  const session = connectHttp2(`https://localhost:${port}`, { rejectUnauthorized: false });
  session.on("error", () => undefined);
  return session;
}

interface Http2Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string | readonly string[]>>,
): Promise<Http2Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":path": "/metrics/v1", ...(headers as object) });
    let answer: Readonly<Record<string, unknown>> = {};
    let body = "";
    stream.setEncoding("utf8");
    stream.on("response", (received) => (answer = received));
    stream.on("data", (chunk: string) => (body += chunk));
    stream.on("end", () => resolve({ status: Number(answer[":status"]), headers: answer, body }));
    stream.on("error", reject);
    stream.end();
  });
}

/** The serial number of the certificate that a new connection is shown, and the protocol agreed. */
async function handshake(port: number, protocols: string[]): Promise<readonly [string, unknown]> {
  const socket: TLSSocket = connectTls({
    port,
    host: "localhost",
    rejectUnauthorized: false,
    ALPNProtocols: protocols,
  });
  await once(socket, "secureConnect");
  const { serialNumber } = socket.getPeerCertificate();
  const protocol = socket.alpnProtocol;
  socket.destroy();
  return [serialNumber, protocol];
}

const echo = testRoute({
  handler: async (request) => {
    const who = request.header("authorization") ?? "nobody";
    if (who === "slow") await new Promise((resolve) => setTimeout(resolve, 50));
    return textResponse(200, `${who} ${request.path} ${request.query}`);
  },
});

describe("HTTP/2", () => {
  test("is agreed by ALPN, and HTTP/1.1 stays for those who know no other", async () => {
    await using started = await serve([echo]);
    expect((await handshake(started.port, ["h2", "http/1.1"]))[1]).toBe("h2");
    expect((await handshake(started.port, ["http/1.1"]))[1]).toBe("http/1.1");
    expect(await readOverHttps(started.port)).toBe("nobody /metrics/v1 ");
  });

  test("keeps identities of interleaved streams apart, and paths strict", async () => {
    await using started = await serve([echo]);
    const session = openSession(started.port);
    const answers = await Promise.all([
      ask(session, { authorization: "slow" }),
      ask(session, {}),
      ask(session, { authorization: "b", ":path": "/metrics/v1?x=1" }),
      ask(session, { ":path": "/metrics/./v1" }),
      ask(session, { ":path": "/metrics/v1", ":method": "POST" }),
      ask(session, { ":method": "HEAD" }),
    ]);
    expect(answers.map(({ status, body }) => [status, status === 200 ? body : ""])).toEqual([
      [200, "slow /metrics/v1 "],
      [200, "nobody /metrics/v1 "],
      [200, "b /metrics/v1 x=1"],
      [404, ""],
      [405, ""],
      [200, ""],
    ]);
    expect(answers[4]?.headers["allow"]).toBe("GET, HEAD");
    expect(answers[5]?.headers["content-length"]).toBe("19");
    expect(started.log[0]).toMatchObject({ protocol: "HTTP/2.0", remoteAddress: "127.0.0.1" });
    session.close();
  });

  test("sends shared chunks at each reader's pace and gives up on one that stalls", async () => {
    const chunks = Array.from({ length: 32 }, (_, i) => Buffer.alloc(64 * 1024, 97 + (i % 26)));
    const big = testRoute({ handler: async () => ({ status: 200, headers: {}, body: chunks }) });
    await using started = await serve([big], { responseStallTimeoutMs: 1500 });
    const lazy = openSession(started.port);
    const stream = lazy.request({ ":path": "/metrics/v1" });
    stream.pause();
    stream.on("error", () => undefined);
    const quick = openSession(started.port);
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(quick, {})));
    for (const { body } of answers) expect(body).toHaveLength(32 * 64 * 1024);
    await expect
      .poll(() => started.count("gaugeway_http_limits_hit", "test", "response_stall_timeout_ms"), {
        timeout: 5000,
      })
      .toBe(1);
    // Half a body must not look like a whole one.
    await expect.poll(() => stream.rstCode).toBe(constants.NGHTTP2_INTERNAL_ERROR);
    lazy.destroy();
    quick.close();
  });

  test("is done with a stream's chunk before it asks for the next", async () => {
    const { text } = reusedChunks(100, 64 * 1024);
    const big = testRoute({
      handler: async () => ({ status: 200, headers: {}, body: reusedChunks(100, 64 * 1024).body }),
    });
    await using started = await serve([big]);
    const session = openSession(started.port);
    const answers = await Promise.all([1, 2, 3].map(() => ask(session, {})));
    for (const { body } of answers) expect(body === text).toBe(true);
    session.close();
  });

  test("survives floods: headers without end, streams without number, resets", async () => {
    await using started = await serve([echo], { streamsPerConnectionMax: 10 });
    const greedy = openSession(started.port);
    await expect(
      ask(greedy, Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`x-${i}`, "y"]))),
    ).rejects.toThrow("NGHTTP2_ENHANCE_YOUR_CALM");
    const long = await ask(openSession(started.port), { "x-long": "y".repeat(40_000) });
    expect(long.status).toBe(431);
    const resetting = openSession(started.port);
    for (let i = 0; i < 3000 && !resetting.destroyed; i++) {
      const stream = resetting.request({ ":path": "/metrics/v1" });
      stream.on("error", () => undefined);
      stream.close(constants.NGHTTP2_CANCEL);
      if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await ask(openSession(started.port), {})).status).toBe(200);
    await expect
      .poll(() => started.count("gaugeway_http_requests_in_flight", "test"), { timeout: 5000 })
      .toBe(0);
    for (const session of [greedy, resetting]) session.destroy();
  });

  test("aborts the handler of a stream that is reset", async () => {
    const aborted = Promise.withResolvers<void>();
    const wait = testRoute({
      handler: (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener("abort", () => {
            aborted.resolve();
            reject(new Error("gone"));
          });
        }),
    });
    await using started = await serve([wait]);
    const session = openSession(started.port);
    const stream = session.request({ ":path": "/metrics/v1" });
    stream.on("error", () => undefined);
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    stream.close(constants.NGHTTP2_CANCEL);
    await aborted.promise;
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(0);
    expect(started.count("gaugeway_http_responses_aborted", "test")).toBe(1);
    session.close();
  });

  test("is told to go away at the stop, after its streams have finished", async () => {
    const gate = Promise.withResolvers<void>();
    const slow = testRoute({
      handler: async () => {
        await gate.promise;
        return textResponse(200, "finished");
      },
    });
    await using started = await serve([slow]);
    const session = openSession(started.port);
    const answer = ask(session, {});
    await expect.poll(() => started.count("gaugeway_http_requests_in_flight", "test")).toBe(1);
    const goneAway = once(session, "goaway");
    const closed = started.server.close(5000);
    await goneAway;
    gate.resolve();
    expect(await answer).toMatchObject({ status: 200, body: "finished" });
    expect(await closed).toBe(0);
  });
});

describe("HTTP/1.1 over TLS", () => {
  test("has the same limits and strictness as without", async () => {
    await using started = await serve([echo], { headersTimeoutMs: 300, requestTimeoutMs: 500 });
    const answers = await Promise.all([
      overTls(started.port, "GET /metrics/v1 HTTP/1.1\r\nHost: x\r\n"),
      overTls(
        started.port,
        `GET /metrics/v1 HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`,
      ),
      overTls(
        started.port,
        "POST /metrics/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      ),
    ]);
    expect(answers.map((text) => text.slice(9, 12))).toEqual(["408", "431", "400"]);
  });
});

describe("the certificate", () => {
  test("is replaced while connections stand, and a bad one leaves the old in use", async () => {
    const place = await mkdtemp(join(folder, "place"));
    const files = { certFile: join(place, "tls.crt"), keyFile: join(place, "tls.key") };
    await copyFile(first.certFile, files.certFile);
    await copyFile(first.keyFile, files.keyFile);
    await using started = await serve([echo], {}, tlsOptions(files));
    const [before] = await handshake(started.port, ["h2"]);
    const session = openSession(started.port);
    expect((await ask(session, {})).status).toBe(200);
    expect(await started.server.reloadTls()).toBe("unchanged");

    await copyFile(second.certFile, files.certFile);
    expect(await started.server.reloadTls()).toBe("failed");
    expect((await handshake(started.port, ["h2"]))[0]).toBe(before);

    await copyFile(second.keyFile, `${files.keyFile}.new`);
    await rename(`${files.keyFile}.new`, files.keyFile);
    expect(await started.server.reloadTls()).toBe("reloaded");
    const [after, protocol] = await handshake(started.port, ["h2"]);
    expect(after).not.toBe(before);
    expect(protocol).toBe("h2");
    expect((await ask(session, {})).status).toBe(200);
    session.close();

    await writeFile(files.certFile, "no certificate");
    expect(await started.server.reloadTls()).toBe("failed");
    expect((await handshake(started.port, ["h2"]))[0]).toBe(after);
    const reloads = "gaugeway_tls_certificate_reloads";
    expect(started.count(reloads, "test", "reloaded")).toBe(1);
    expect(started.count(reloads, "test", "failed")).toBe(2);
    const expiry = "gaugeway_tls_certificate_expiry_timestamp_seconds";
    expect(started.count(expiry, "test")).toBeGreaterThan(Date.now() / 1000);
  });

  test("is replaced by itself when the files change", async () => {
    const place = await mkdtemp(join(folder, "watched"));
    const files = { certFile: join(place, "tls.crt"), keyFile: join(place, "tls.key") };
    await copyFile(first.certFile, files.certFile);
    await copyFile(first.keyFile, files.keyFile);
    await using started = await serve([echo], {}, { ...tlsOptions(files), checkIntervalMs: 20 });
    const [before] = await handshake(started.port, ["h2"]);
    await copyFile(second.certFile, files.certFile);
    await copyFile(second.keyFile, files.keyFile);
    await expect
      .poll(async () => (await handshake(started.port, ["h2"]))[0], { timeout: 5000 })
      .not.toBe(before);
  });

  test("that cannot be used stops the start with the files' names", async () => {
    const missing = { ...tlsOptions(first), keyFile: join(folder, "absent.key") };
    await expect(serve([echo], {}, missing)).rejects.toMatchObject({
      code: "tls_material",
      message: expect.stringContaining("absent.key"),
    });
    const mixed = { ...tlsOptions(first), keyFile: second.keyFile };
    await expect(serve([echo], {}, mixed)).rejects.toMatchObject({ code: "tls_material" });
  });
});

function readOverHttps(port: number): Promise<string> {
  const agent = new Agent({ rejectUnauthorized: false });
  return new Promise((resolve, reject) => {
    httpsRequest({ port, host: "localhost", path: "/metrics/v1", agent }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    })
      .on("error", reject)
      .end();
  });
}

async function overTls(port: number, bytes: string): Promise<string> {
  const socket = connectTls({ port, host: "localhost", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  socket.write(bytes);
  return readToEnd(socket, 5000);
}
