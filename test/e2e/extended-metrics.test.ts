/**
 * A gateway's metrics through the whole process: from a request to `/__stats`, to InfluxDB at the
 * latest when the process stops, to `gaugeway status`, and by way of the store to a tenant.
 */
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startScriptedInflux } from "../fakes/scripted-influx.ts";
import { sendJson, startBackend } from "../gateway/backend-server.ts";
import { freePort } from "../peers/index.ts";
import { runGaugeway, startGaugeway } from "./gaugeway-server.ts";

const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

test("reach the statistics, the push, the status and a tenant", async () => {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(
    await startBackend((_request, response) => sendJson(response, { a: 1 })),
  );
  const influx = stack.use(await startScriptedInflux());
  const ports = { gateway: await freePort(), stats: await freePort(), own: await freePort() };
  const krakend = {
    version: 3,
    listen_ip: "127.0.0.1",
    port: ports.gateway,
    host: [backend.origin],
    endpoints: [{ endpoint: "/users/{id}", backend: [{ url_pattern: "/u/{id}" }] }],
    extra_config: {
      "telemetry/metrics": {
        collection_time: "1h",
        listen_address: `127.0.0.1:${ports.stats}`,
        proxy_disabled: "no",
      },
      "telemetry/influx": { address: influx.url, ttl: "1h" },
    },
  };
  const server = stack.use(
    await startGaugeway(
      `
gateway: {config_file: krakend.json}
scrape_configs:
- {job_name: gateway, scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:${ports.own}"]}]}
tenants:
- name: api-team
  entitlement: {selectors: ['{job="gateway",__name__=~"gaugeway_gateway_.*"}']}
  clients: [{name: c, id: api-team, secret: ${SECRET}, scopes: [metrics.read, metrics.query]}]
`,
      { ownMetricsPort: ports.own, krakend: JSON.stringify(krakend) },
    ),
  );
  expect(server.log()).toContain("proxy_disabled");

  for (let sent = 0; sent < 3; sent++) {
    const answer = await fetch(`http://127.0.0.1:${ports.gateway}/users/1`);
    expect(await answer.json()).toEqual({ a: 1 });
  }
  const stats = async () => {
    const answer = await fetch(`http://127.0.0.1:${ports.stats}/__stats`);
    return (await answer.json()) as Record<string, unknown>;
  };
  const calls = "krakend.proxy.requests.layer.pipe.name./users/:id.complete.true.error.false";
  await expect.poll(async () => (await stats())[calls]).toBe(3);
  expect(await stats()).toMatchObject({
    "gaugeway.influx.batchesStored": 0,
    "gaugeway.influx.lastError": null,
    "gaugeway.influx.address": `${influx.url}/`,
  });

  const status = await runGaugeway(["status", "--config", server.configFile]);
  expect(JSON.parse(status.stdout)).toMatchObject({
    gateway: {
      listen: `127.0.0.1:${ports.gateway}`,
      stats: `127.0.0.1:${ports.stats}/__stats`,
      influx: { batchesStored: 0, batchesQueued: 0, lastSuccessMs: null, lagSeconds: 0 },
    },
  });

  const authorization = `Basic ${btoa(`api-team:${SECRET}`)}`;
  const seenByTenant = async () => {
    const answer = await fetch(`${server.url}/metrics/v1`, { headers: { authorization } });
    return await answer.text();
  };
  await expect
    .poll(seenByTenant, { timeout: 30_000 })
    .toMatch(/gaugeway_gateway_calls_total\{.*layer="pipe",name="\/users\/:id".*\} 3\n/);
  expect(await seenByTenant()).not.toContain("process_cpu_seconds");
  const query = new URLSearchParams({ query: "sum by (layer)(gaugeway_gateway_calls_total)" });
  const queried = await fetch(`${server.url}/api/v1/query?${query.toString()}`, {
    headers: { authorization },
  });
  expect(await queried.json()).toMatchObject({
    status: "success",
    data: {
      result: expect.arrayContaining([
        expect.objectContaining({ metric: { layer: "pipe" }, value: [expect.any(Number), "3"] }),
      ]),
    },
  });

  server.signal("SIGTERM");
  await server.exited;
  expect(influx.writes).toHaveLength(1);
  expect(influx.writes[0]?.body).toMatch(
    /^requests,complete=true,error=false,host=[^,]+,layer=pipe,name=\/users\/:id count=3i,total=3i \d+$/m,
  );
});

test("what was not pushed outlives a kill in buffer_dir", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), "gaugeway-unsent-")));
  const backend = stack.use(await startBackend((_request, response) => sendJson(response, {})));
  const influx = stack.use(await startScriptedInflux());
  const port = await freePort();
  const krakend = JSON.stringify({
    version: 3,
    listen_ip: "127.0.0.1",
    port,
    host: [backend.origin],
    endpoints: [{ endpoint: "/a", backend: [{ url_pattern: "/a" }] }],
    extra_config: {
      "telemetry/metrics": { collection_time: "1s", endpoint_disabled: true },
      "telemetry/influx": {
        address: influx.url,
        ttl: "1s",
        buffer_size: 60,
        buffer_dir: folder.path,
      },
    },
  });
  const config = "gateway: {config_file: krakend.json}";
  influx.answer(() => ({ status: 503 }));
  const first = stack.use(await startGaugeway(config, { krakend }));
  for (let sent = 0; sent < 5; sent++) await (await fetch(`http://127.0.0.1:${port}/a`)).text();
  const refused = () => influx.writes.find(({ body }) => body.includes("count=5i,total=5i"));
  await expect.poll(refused).toBeDefined();
  const lines = refused()?.body;
  first.signal("SIGKILL");
  await first.exited;
  const before = influx.writes.length;

  influx.answer(() => ({ status: 204 }));
  stack.use(await startGaugeway(config, { krakend }));
  const arrived = () => influx.writes.slice(before).map(({ body }) => body);
  await expect.poll(arrived).toContain(lines);
});

test("an interval of zero is one readable line, and no start", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "gaugeway-extended-"));
  const file = join(folder.path, "krakend.json");
  const root = { version: 3, extra_config: { "telemetry/metrics": { collection_time: 60 } } };
  await writeFile(file, JSON.stringify(root));
  const args = ["serve", "--gateway", file, "--data", join(folder.path, "data")];
  const { exitCode, stderr } = await runGaugeway(args, { cwd: folder.path });
  expect(exitCode).toBe(1);
  expect(stderr).toContain("extra_config.telemetry/metrics.collection_time");
  expect(stderr).not.toMatch(/\n\s+at /);
});
