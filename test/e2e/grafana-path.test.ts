import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runPython, pythonOrSkip } from "../results/python.ts";
import { curlOrSkip } from "./curl.ts";
import { startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION } from "./frozen-exposition.ts";
import { type GaugewayServer, runCommand, startGaugeway } from "./gaugeway-server.ts";

/**
 * The path under which customers of an embedded Grafana reach their metrics: the command and the
 * script that they have, unchanged but for host, id and key, and what Grafana says to everything else.
 */
const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";
const PROXY = "/api-server/v1/grafana/api/datasources/proxy";
const CONFIG = (target: string) => `
global: {scrape_interval: 1s}
scrape_configs: [{job_name: frozen, static_configs: [{targets: ["${target}"]}]}]
tenants:
  - name: acme
    entitlement: {selectors: ['{customer="acme"}']}
    clients:
      - {name: asks, id: asker, secret: ${SECRET}, scopes: [metrics.query]}
      - {name: reads, id: reader, secret: ${SECRET}, scopes: [metrics.read]}
  - {name: empty, clients: [{name: e, id: empty, secret: ${SECRET}, scopes: [metrics.query]}]}
`;

/** The published document, from the folder that it lies in; null where there is none. */
function publishedDocument(): string | null {
  const folder = join(process.env["GAUGEWAY_SHARED_DATA"] ?? "../shared/data", "../seeds");
  if (!existsSync(folder)) return null;
  const document = readdirSync(folder).find((file) => file.startsWith("002_"));
  return document === undefined ? null : readFileSync(join(folder, document), "utf8");
}

async function get(
  server: GaugewayServer,
  path: string,
  { client = "asker", method = "GET" }: { client?: string; method?: string } = {},
): Promise<{ status: number; body: unknown }> {
  const authorization = `Basic ${Buffer.from(`${client}:${SECRET}`).toString("base64")}`;
  const answer = await fetch(`${server.url}${path}`, { method, headers: { authorization } });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
}

async function started(stack: AsyncDisposableStack): Promise<GaugewayServer> {
  const exposition = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const server = stack.use(await startGaugeway(CONFIG(exposition.target)));
  const query = `${PROXY}/1/api/v1/query?query=count(odd)`;
  await expect
    .poll(async () => JSON.stringify((await get(server, query)).body), { timeout: 20_000 })
    .toContain('"5"');
  return server;
}

test(
  "the document's command and its script work unchanged",
  { timeout: 120_000 },
  async ({ skip }) => {
    await curlOrSkip(skip);
    const document = publishedDocument();
    if (document === null) return skip("needs the document with the command");
    await using stack = new AsyncDisposableStack();
    const server = await started(stack);
    const credential = `asker:${SECRET}@${new URL(server.url).host}`;
    const command = (/^curl "(https:[^"]+)"$/m.exec(document)?.[1] ?? "")
      .replace(/^https:\/\/[^/]+/, `http://${credential}`)
      .replace("<your_datasource_id>", "1")
      .replace("query=up", "query=http_requests_total");
    expect(command).toContain(`${credential}${PROXY}/1/api/v1/query`);
    const { stdout } = await runCommand("curl", ["-s", command]);
    const answer = JSON.parse(stdout) as {
      data: { resultType: string; result: readonly unknown[] };
    };
    expect(answer.data.resultType).toBe("vector");
    // Of the tenant's own, and nothing of its neighbour's.
    expect(answer.data.result).toHaveLength(2);
    expect(stdout).not.toContain("globex");

    await pythonOrSkip(["requests"], skip);
    const script = (/```python\n([\s\S]*?)```/.exec(document)?.[1] ?? "")
      .replace(/https:\/\/[^/]+/, `http://${credential}`)
      .replace("<your DS id>", "1");
    const csv = (await runPython(script, ["http_requests_total"])).toString();
    expect(csv).toMatch(/^name,timestamp,value,code,customer,instance,job\r?\n/);
    expect(csv.trim().split("\n")).toHaveLength(3);
  },
);

test(
  "what is refused before the query is refused as by Grafana, the query's own errors as by Prometheus",
  { timeout: 120_000 },
  async () => {
    await using stack = new AsyncDisposableStack();
    const server = await started(stack);
    const query = "api/v1/query?query=up";
    expect(await get(server, `${PROXY}/2/${query}`)).toEqual({
      status: 404,
      body: { message: "Unable to find datasource" },
    });
    expect(await get(server, `${PROXY}/x/${query}`)).toEqual({
      status: 400,
      body: { message: "id is invalid" },
    });
    expect(await get(server, `${PROXY}/uid/other/${query}`)).toMatchObject({ status: 404 });
    expect(await get(server, `${PROXY}/uid/embedded/${query}`)).toMatchObject({ status: 200 });
    expect(await get(server, `${PROXY}/1/${query}`, { client: "reader" })).toMatchObject({
      status: 403,
      body: { message: expect.any(String) as string },
    });
    expect(await get(server, `${PROXY}/1/${query}`, { client: "nobody" })).toMatchObject({
      status: 401,
      body: { message: expect.any(String) as string },
    });
    for (const method of ["POST", "PUT", "DELETE"]) {
      expect(await get(server, `${PROXY}/1/api/v1/admin/tsdb/snapshot`, { method })).toEqual({
        status: 403,
        body: {
          message: `non allow-listed ${method}s not allowed on proxied Prometheus datasource`,
        },
      });
    }
    expect(await get(server, `${PROXY}/1/metrics`)).toMatchObject({ status: 404 });
    expect(await get(server, `${PROXY}/1/api/v1/query?query=(`)).toMatchObject({
      status: 400,
      body: { status: "error", errorType: "bad_data" },
    });
    expect(await get(server, `${PROXY}/1/api/v1/label/customer/values`)).toEqual({
      status: 200,
      body: { status: "success", data: ["acme"] },
    });
    expect(
      await get(server, `${PROXY}/1/api/v1/label/customer/values`, { client: "empty" }),
    ).toEqual({
      status: 200,
      body: { status: "success", data: [] },
    });
    const list = await get(server, "/api-server/v1/grafana/api/datasources");
    expect(list).toMatchObject({
      status: 200,
      body: [{ id: 1, uid: "embedded", type: "prometheus" }],
    });
    expect(await get(server, "/api-server/v1/grafana/api/datasources/1")).toMatchObject({
      status: 200,
    });
    expect(await get(server, "/api-server/v1/grafana/api/datasources/9")).toEqual({
      status: 404,
      body: { message: "Data source not found" },
    });
    expect(
      await get(server, "/api-server/v1/grafana/api/datasources/uid/embedded/health"),
    ).toMatchObject({ status: 200, body: { status: "OK" } });
    const health = await fetch(`${server.url}/api-server/v1/grafana/api/health`);
    expect(await health.json()).toMatchObject({ database: "ok" });
  },
);
