/** `/__stats` and the process' own metrics of a gateway that really answers. */
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseStrict } from "#exposition";
import { createHttpTelemetry } from "#http";
import { defaultGatewayLimits, type MeasuredGateway, startGateway } from "#gateway";
import { silentLogger } from "#lib/logger";
import { systemClock } from "#lib/system-clock";
import { createRegistry, type Registry, renderFamilies } from "#telemetry";
import { makeCertificate } from "../e2e/certificate.ts";
import { curl, curlOrSkip } from "../e2e/curl.ts";
import { freePort } from "../peers/index.ts";
import { sendJson, startBackend } from "./backend-server.ts";
import { configOf } from "./config-of.ts";

interface Measured extends AsyncDisposable {
  readonly gateway: MeasuredGateway;
  readonly registry: Registry;
  request(path: string): Promise<number>;
  stats(): Promise<ReadonlyMap<string, unknown>>;
}

/** One endpoint `/users/{id}` with one backend. */
async function measuredGateway(
  metrics: unknown,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Measured> {
  await using starting = new AsyncDisposableStack();
  const backend = starting.use(
    await startBackend((_request, response) => sendJson(response, { a: 1 })),
  );
  const registry = createRegistry();
  const gateway = starting.use(
    await startGateway({
      config: configOf({
        host: [backend.origin],
        endpoints: [{ endpoint: "/users/{id}", backend: [{ url_pattern: "/u/{id}" }] }],
        extra_config: { "telemetry/metrics": metrics },
        ...more,
      }),
      limits: defaultGatewayLimits,
      version: "1.2.3",
      clock: systemClock,
      log: silentLogger,
      registry,
      telemetry: createHttpTelemetry(registry),
    }),
  );
  const parts = starting.move();
  return {
    gateway,
    registry,
    async request(path) {
      const answer = await fetch(`${originOf(gateway.listen)}${path}`);
      await answer.text();
      return answer.status;
    },
    async stats() {
      const answer = await fetch(`${originOf(gateway.statsListen)}/__stats`);
      return new Map(Object.entries((await answer.json()) as Record<string, unknown>));
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function originOf(listen: MeasuredGateway["statsListen"]): string {
  return listen?.kind === "tcp" ? `http://127.0.0.1:${listen.port}` : "nowhere:";
}

const LOOPBACK = { listen_address: "127.0.0.1:0" };

test("after one request there are 198 keys, in byte order", async () => {
  await using measured = await measuredGateway(LOOPBACK);
  expect((await measured.stats()).size).toBe(197);
  expect(await measured.request("/users/7")).toBe(200);
  await expect.poll(async () => (await measured.stats()).size).toBe(198);
  const keys = [...(await measured.stats()).keys()];
  expect(keys).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  expect(await measured.request("/__stats")).toBe(404);
});

test("counts move at once, totals at the end of a window, and windows are emptied", async () => {
  await using measured = await measuredGateway({ ...LOOPBACK, collection_time: "500ms" });
  for (let sent = 0; sent < 3; sent++) await measured.request("/users/7");
  const total = async () => (await measured.stats()).get("krakend.router.connected-total");
  await expect.poll(total).toBe(3);
  const stats = await measured.stats();
  const calls = "krakend.proxy.requests.layer.backend.name./u/{{.Id}}.complete.true.error.false";
  expect(stats.get(calls)).toBe(3);
  expect(stats.get("krakend.router.response./users/:id.status.200.count")).toBe(3);
  expect(stats.get("krakend.service.runtime.MemStats.Alloc")).toBeGreaterThan(1e6);
  const window = async () =>
    (await measured.stats()).get("krakend.router.response./users/:id.time.count");
  await expect.poll(window).toBe(0);
});

test("the process' own metrics have the same counts, with histograms", async () => {
  await using measured = await measuredGateway({ ...LOOPBACK, collection_time: "100ms" });
  for (let sent = 0; sent < 4; sent++) await measured.request("/users/7");
  const text = () =>
    Buffer.from(renderFamilies([measured.registry.collect()], "openmetrics-1.0.0")).toString();
  const expected = [
    'gaugeway_gateway_requests_total{direction="in"} 4',
    'gaugeway_gateway_requests_total{direction="out"} 4',
    'gaugeway_gateway_responses_total{name="/users/:id",status="200"} 4',
    'gaugeway_gateway_calls_total{complete="true",error="false",layer="pipe",name="/users/:id"} 4',
    'gaugeway_gateway_calls_total{complete="true",error="false",layer="backend",name="/u/{{.Id}}"} 4',
    'gaugeway_gateway_calls_total{complete="false",error="true",layer="pipe",name="/users/:id"} 0',
    'gaugeway_gateway_call_duration_seconds_count{layer="pipe",name="/users/:id"} 4',
    'gaugeway_gateway_response_size_bytes_sum{name="/users/:id"} 28',
  ];
  await expect.poll(() => expected.filter((line) => !text().includes(`${line}\n`))).toEqual([]);
  expect(parseStrict(Buffer.from(text())).length).toBeGreaterThan(7);
});

test("requests over TLS are told by version and cipher", async ({ skip }) => {
  await curlOrSkip(skip);
  await using folder = await mkdtempDisposable(join(tmpdir(), "gaugeway-tls-"));
  const files = (await makeCertificate(folder.path)) ?? skip("openssl is not installed");
  const tls = { public_key: files.certFile, private_key: files.keyFile, min_version: "TLS12" };
  await using measured = await measuredGateway(LOOPBACK, { tls });
  const { port } = measured.gateway.listen as { port: number };
  const url = `https://127.0.0.1:${port}/users/7`;
  for (const newest of ["1.2", "1.3"]) {
    const answer = await curl("--insecure", "--tls-max", newest, url);
    expect([answer.status, answer.body]).toEqual([200, '{"a":1}']);
  }
  const tlsKeys = [...(await measured.stats())].filter(([key]) => key.includes(".tls_"));
  expect(tlsKeys).toEqual([
    [expect.stringMatching(/^krakend\.router\.tls_cipher\.TLS_\w+\.count$/), 1],
    [expect.stringMatching(/^krakend\.router\.tls_cipher\.TLS_\w+\.count$/), 1],
    ["krakend.router.tls_version.VersionTLS12.count", 1],
    ["krakend.router.tls_version.VersionTLS13.count", 1],
  ]);
});

test("without telemetry/metrics nothing listens, and the gateway answers", async () => {
  await using measured = await measuredGateway(null);
  expect(measured.gateway.statsListen).toBeNull();
  expect(measured.gateway.delivery()).toBeNull();
  expect(await measured.request("/users/7")).toBe(200);
});

test("a stats port that is taken does not stop the gateway", async () => {
  await using first = await measuredGateway(LOOPBACK);
  const { port } = first.gateway.statsListen as { port: number };
  await using second = await measuredGateway({ listen_address: `127.0.0.1:${port}` });
  expect(second.gateway.statsListen).toBeNull();
  expect(await second.request("/users/7")).toBe(200);
});

test("a gateway that cannot come up leaves no stats listener behind", async () => {
  await using first = await measuredGateway({ endpoint_disabled: true });
  const { port } = first.gateway.listen as { port: number };
  const statsPort = await freePort();
  const second = measuredGateway({ listen_address: `127.0.0.1:${statsPort}` }, { port });
  await expect(second).rejects.toMatchObject({ code: "address_in_use" });
  await expect(fetch(`http://127.0.0.1:${statsPort}/__stats`)).rejects.toThrow("fetch failed");
});
