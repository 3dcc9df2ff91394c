import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { freePort } from "../peers/index.ts";
import { startExpositionServer } from "../e2e/exposition-server.ts";
import { FROZEN_EXPOSITION } from "../e2e/frozen-exposition.ts";
import { type GaugewayServer, startGaugeway } from "../e2e/gaugeway-server.ts";

/** A query that would take hours, from one tenant, beside everything else that the server does. */
const RUNAWAY = "sum_over_time(vector(1)[300d:1s])";
const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";
const WAIT_MS_MAX = 30_000;

test(
  "a query that runs away delays nobody, and ends when its client leaves",
  { timeout: 120_000 },
  async () => {
    const ownMetricsPort = await freePort();
    await using exposition = await startExpositionServer(FROZEN_EXPOSITION);
    await using server = await startGaugeway(
      `
global: {scrape_interval: 1s}
scrape_configs: [{job_name: frozen, static_configs: [{targets: ["${exposition.target}"]}]}]
query: {memory_max: 1GB}
tenants:
  - {name: acme, entitlement: {selectors: ['{customer="acme"}']}, clients: [{name: a, id: acme, secret: ${SECRET}, scopes: ["metrics.*"]}]}
  - {name: globex, entitlement: {selectors: ['{customer="globex"}']}, clients: [{name: g, id: globex, secret: ${SECRET}, scopes: ["metrics.*"]}]}
operator:
  clients: [{name: boss, id: boss, secret: ${SECRET}, scopes: ["*"]}]
`,
      { ownMetricsPort },
    );
    await until(async () => (await get(server, "globex", "/metrics/v1")).includes("queue_length"));
    const leave = new AbortController();
    let isEnded = false;
    const runaways = [1, 2, 3].map(() =>
      get(server, "acme", `/api/v1/query?query=${encodeURIComponent(RUNAWAY)}`, leave.signal)
        .catch((error: unknown) => String(error))
        .finally(() => (isEnded = true)),
    );
    await until(async () => {
      const own = await (await fetch(`http://127.0.0.1:${ownMetricsPort}/metrics`)).text();
      return (
        own.includes("gaugeway_query_running 2\n") && own.includes("gaugeway_query_waiting 1\n")
      );
    });
    expect(await get(server, "globex", "/api/v1/query?query=queue_length")).toContain('"7"');
    expect(await get(server, "globex", "/metrics/v1")).toContain("queue_length");
    expect(await get(server, "acme", "/metrics/v1")).toContain("queue_length");
    expect(await get(server, "acme", "/api/v1/labels")).toContain("customer");
    expect(isEnded).toBe(false);
    leave.abort();
    await Promise.all(runaways);
    // The tenant's own queries go on, which they could not while the threads were taken.
    expect(await get(server, "acme", "/api/v1/query?query=count(odd)")).toContain('"5"');
  },
);

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  while (!(await holds())) {
    if (Date.now() > deadlineMs) throw new Error("waited in vain");
    await sleep(50);
  }
}

async function get(
  server: GaugewayServer,
  client: string,
  path: string,
  signal: AbortSignal = AbortSignal.timeout(WAIT_MS_MAX),
): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${client}:${SECRET}`).toString("base64")}`;
  const answer = await fetch(`${server.url}${path}`, { headers: { authorization }, signal });
  return answer.text();
}
