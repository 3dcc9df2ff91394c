/** Starting and stopping: what may be lost (nothing), who has to wait, and what is said. */
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { makeCertificate } from "./certificate.ts";
import { curl, curlOrSkip } from "./curl.ts";
import { type ExpositionServer, startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { cliFor } from "./gaugeway-cli.ts";
import { runGaugeway, startGaugeway } from "./gaugeway-server.ts";
import { seriesOfText, type SeriesValues } from "./series-of-text.ts";

const CREDENTIAL = "acme-id:kq7fz2mw9xd4tb6nh3vc8rj5pl";
const AUTHORIZATION = `Basic ${Buffer.from(CREDENTIAL).toString("base64")}`;

function configFor(source: ExpositionServer, interval = "1s"): string {
  return `
scrape_configs:
- {job_name: frozen, scrape_interval: ${interval}, static_configs: [{targets: ["${source.target}"]}]}
tenants:
- name: acme
  entitlement: {selectors: ['{customer="acme"}']}
  clients: [{name: c, id: acme-id, secret: ${CREDENTIAL.split(":")[1]}, scopes: [metrics.read]}]
`;
}

async function seriesAt(url: string): Promise<SeriesValues> {
  const answer = await fetch(`${url}/metrics/v1`, { headers: { authorization: AUTHORIZATION } });
  expect(answer.status).toBe(200);
  return seriesOfText(await answer.text());
}

async function untilSeries(url: string, atLeast: number): Promise<SeriesValues> {
  const size = async (): Promise<number> => (await seriesAt(url)).size;
  await expect.poll(size, { timeout: 60_000 }).toBeGreaterThanOrEqual(atLeast);
  return await seriesAt(url);
}

async function newFolder(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-lifecycle-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  return join(folder, "data");
}

const WIDE_SERIES = 60_000;

/** A body that no socket buffer holds, so that its reader decides how long it takes. */
function wideExposition(): string {
  let body = "# TYPE wide gauge\n";
  for (let i = 0; i < WIDE_SERIES; i++) {
    body += `wide{customer="acme",number="${i}",padding="${"x".repeat(200)}"} ${i}\n`;
  }
  return body;
}

/** A scrape whose reader has seen the first bytes and then reads nothing until told to. */
async function slowScrape(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.write(
    `GET /metrics/v1 HTTP/1.1\r\nHost: a\r\nAuthorization: ${AUTHORIZATION}\r\nConnection: close\r\n\r\n`,
  );
  await new Promise((done, fail) => socket.once("readable", done).once("error", fail));
  return socket;
}

/** The body of an answer that comes in chunks; fails where the last one is missing. */
function unchunked(body: string): string {
  let text = "";
  for (let at = 0; ;) {
    const start = body.indexOf("\r\n", at) + 2;
    const size = Number.parseInt(body.slice(at, start), 16);
    if (size === 0) return text;
    if (start < 2 || !(start + size < body.length)) throw new Error("the answer breaks off");
    text += body.slice(start, start + size);
    at = start + size + 2;
  }
}

test(
  "a scrape under way is finished after SIGTERM; a second signal does not wait for one",
  { timeout: 180_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const source = stack.use(await startExpositionServer(wideExposition()));
    const dataFolder = await newFolder(stack);
    {
      await using server = await startGaugeway(configFor(source, "5s"), { dataFolder });
      await untilSeries(server.url, WIDE_SERIES);
      const reader = await slowScrape(server.url);
      server.signal("SIGTERM");
      await expect.poll(() => server.log()).toContain('"stopping"');
      await expect.poll(async () => await refused(server.url)).toBe(true);
      let answer = "";
      for await (const chunk of reader) answer += (chunk as Buffer).toString("latin1");
      const headEnd = answer.indexOf("\r\n\r\n") + 4;
      expect(answer).toMatch(/^HTTP\/1.1 200/);
      expect(answer.slice(0, headEnd)).toMatch(/^transfer-encoding: chunked\r$/im);
      expect(seriesOfText(unchunked(answer.slice(headEnd))).size).toBe(WIDE_SERIES + 2);
      expect(await server.exited).toEqual({ code: 0, signal: null });
      expect(server.log()).toContain('"stopped"');
    }
    await using server = await startGaugeway(configFor(source, "1h"), { dataFolder });
    await untilSeries(server.url, WIDE_SERIES);
    using reader = disposableSocket(await slowScrape(server.url));
    server.signal("SIGTERM");
    await expect.poll(() => server.log()).toContain('"stopping"');
    // Signals that come together are one request: npm passes on what the terminal has sent to both.
    await sleep(1_000);
    server.signal("SIGTERM");
    expect(await server.exited).toMatchObject({ signal: "SIGKILL" });
    expect(server.log()).toContain("stopping at once");
    expect(reader.socket.readableFlowing).not.toBe(true);
  },
);

function disposableSocket(socket: Socket): Disposable & { readonly socket: Socket } {
  socket.on("error", () => undefined);
  return { socket, [Symbol.dispose]: () => void socket.destroy() };
}

async function refused(url: string): Promise<boolean> {
  return await fetch(url).then(
    () => false,
    () => true,
  );
}

/** What came from the source: without the gauges about the snapshot itself. */
function fromSource(series: SeriesValues): readonly string[] {
  return [...series].filter(([key]) => !key.startsWith("gaugeway_")).map(String);
}

test(
  "kill -9 and a restart on the same folder: the metrics are served before any scrape",
  { timeout: 120_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
    const dataFolder = await newFolder(stack);
    const first = stack.use(await startGaugeway(configFor(source), { dataFolder }));
    const before = await untilSeries(first.url, FROZEN_SERIES.acme);
    const cli = cliFor(first.configFile);
    await cli.ok("tenant", "create", "made-by-hand");
    first.signal("SIGKILL");
    expect(await first.exited).toMatchObject({ signal: "SIGKILL" });

    const rest = configFor(source, "1h");
    const scrapes = source.scrapes();
    const second = stack.use(await startGaugeway(rest, { dataFolder }));
    const after = await seriesAt(second.url);
    expect(source.scrapes()).toBe(scrapes);
    expect(fromSource(after)).toEqual(fromSource(before));
    expect(fromSource(after)).toHaveLength(FROZEN_SERIES.acme);
    expect(await cliFor(second.configFile).ok("tenant", "list")).toContain("made-by-hand");
  },
);

/** The log may stand above it. */
function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

test("a port or a folder in use is told in one sentence", { timeout: 120_000 }, async () => {
  await using stack = new AsyncDisposableStack();
  const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const server = stack.use(await startGaugeway(configFor(source)));
  const port = new URL(server.url).port;
  const data = await newFolder(stack);

  const samePort = await runGaugeway(["serve", "--config", server.configFile, "--data", data]);
  expect(samePort).toMatchObject({ exitCode: 1, stdout: "" });
  expect(lastLine(samePort.stderr)).toMatch(
    new RegExp(`^error: \\S*:${port} is in use by another process: stop that one or listen .*\\.$`),
  );

  const sameFolder = await runGaugeway(["serve", "--config", server.configFile]);
  expect(sameFolder).toMatchObject({ exitCode: 1, stdout: "" });
  expect(lastLine(sameFolder.stderr)).toMatch(/^error: .*another process.*\.$/i);
  expect(lastLine(sameFolder.stderr)).toContain(join(server.dataFolder, "data"));

  // Neither attempt has disturbed the one that runs.
  await untilSeries(server.url, FROZEN_SERIES.acme);
  await expect(cliFor(server.configFile).ok("targets")).resolves.toContain("frozen");
});

test(
  "a reload reads a renewed certificate without a restart",
  { timeout: 120_000 },
  async ({ skip }) => {
    await curlOrSkip(skip);
    await using stack = new AsyncDisposableStack();
    const folder = await newFolder(stack);
    const renewedFolder = await newFolder(stack);
    await mkdir(folder);
    await mkdir(renewedFolder);
    const first = (await makeCertificate(folder)) ?? skip("openssl is not installed");
    const renewed = (await makeCertificate(renewedFolder)) ?? skip("openssl is not installed");
    // So rarely that the reload alone can have done it.
    const server = stack.use(await startGaugeway("", { tls: { ...first, checkInterval: "1h" } }));
    const healthy = async (authority: string): Promise<number> =>
      (await curl("--cacert", authority, `${server.url}/-/healthy`)).status;
    expect(await healthy(first.certFile)).toBe(200);
    await expect(healthy(renewed.certFile)).rejects.toThrow("curl ended with 60");
    await copyFile(renewed.keyFile, first.keyFile);
    await copyFile(renewed.certFile, first.certFile);
    await cliFor(server.configFile).ok("reload");
    expect(await healthy(renewed.certFile)).toBe(200);
  },
);
