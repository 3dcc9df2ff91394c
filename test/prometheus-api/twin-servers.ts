import { setTimeout as sleep } from "node:timers/promises";
import { startExpositionServer } from "../e2e/exposition-server.ts";
import { startGaugeway } from "../e2e/gaugeway-server.ts";
import { type PeerFile, startPrometheus } from "../peers/index.ts";
import { twinExposition } from "./twin-exposition.ts";

/** A Prometheus and a Gaugeway that have scraped the same history. */
export interface TwinServers extends AsyncDisposable {
  readonly prometheusUrl: string;
  readonly gaugewayUrl: string;
  /** Of a client of the tenant that may see everything. */
  readonly tenantHeaders: Readonly<Record<string, string>>;
  readonly operatorHeaders: Readonly<Record<string, string>>;
  /** When the history ends, in whole seconds. */
  readonly endSeconds: number;
}

const SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";
const WAIT_MS_MAX = 30_000;

export async function startTwins(
  prometheus: PeerFile,
  flags: readonly string[],
): Promise<TwinServers> {
  await using stack = new AsyncDisposableStack();
  const endSeconds = Math.floor(Date.now() / 1000) - 2;
  const exposition = stack.use(await startExpositionServer(twinExposition(endSeconds * 1000)));
  exposition.contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  const scrape = `
global: {scrape_interval: 1s}
scrape_configs: [{job_name: twin, static_configs: [{targets: ["${exposition.target}"]}]}]
`;
  const theirs = stack.use(await startPrometheus(prometheus, scrape, flags));
  const ours = stack.use(
    await startGaugeway(`${scrape}
query: {features: [promql-experimental-functions]}
tenants:
  - name: twin
    entitlement: {selectors: ['{__name__!=""}']}
    clients: [{name: twin, id: twin, secret: ${SECRET}, scopes: ["metrics.*"]}]
operator:
  clients: [{name: boss, id: boss, secret: ${SECRET}, scopes: ["*"]}]
`),
  );
  const twins = {
    prometheusUrl: theirs.url,
    gaugewayUrl: ours.url,
    tenantHeaders: basic("twin"),
    operatorHeaders: basic("boss"),
    endSeconds,
  };
  await hasHistory(twins.prometheusUrl, {});
  await hasHistory(twins.gaugewayUrl, twins.tenantHeaders);
  const parts = stack.move();
  return { ...twins, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function basic(id: string): Readonly<Record<string, string>> {
  return { authorization: `Basic ${Buffer.from(`${id}:${SECRET}`).toString("base64")}` };
}

async function hasHistory(url: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const deadlineMs = Date.now() + WAIT_MS_MAX;
  for (;;) {
    const answer = await fetch(`${url}/api/v1/query?query=count(build_info)`, { headers });
    const text = await answer.text();
    if (text.includes('"1"]')) return;
    if (Date.now() > deadlineMs) throw new Error(`${url} has scraped nothing: ${text}`);
    await sleep(200);
  }
}
