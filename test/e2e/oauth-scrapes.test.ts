/**
 * Document «Accessing Metrics» with OAuth 2.0: its Prometheus configuration, with nothing changed but
 * hosts, id, secret, authority and interval, in the oldest and the newest Prometheus; its curl lines;
 * and vmagent. Tokens are so short here that they expire several times while the tests watch.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  freePort,
  peerOrSkip,
  type RunningPeer,
  type SkipTest,
  startPeer,
  startPrometheus,
  startVictoriaMetrics,
} from "../peers/index.ts";
import { makeCertificate } from "./certificate.ts";
import { curlOrSkip } from "./curl.ts";
import { startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { cliFor, type GaugewayCli } from "./gaugeway-cli.ts";
import {
  type GaugewayServer,
  runCommand,
  startGaugeway,
  type TlsFiles,
} from "./gaugeway-server.ts";
import { seriesOfText } from "./series-of-text.ts";

const CLIENT_ID = "acme-prometheus";
const CLIENT_SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";
/** Prometheus fetches the next token 10 s before the end of the last one: here for each scrape. */
const TOKEN_SECONDS = 16;
const INTERVAL_SECONDS = 10;
/** Above the snapshot's two gauges about itself. */
const SERIES = FROZEN_SERIES.acme + 2;

interface Gateway {
  readonly server: GaugewayServer;
  readonly port: number;
  readonly tls: TlsFiles;
  readonly folder: string;
  readonly cli: GaugewayCli;
  restart(): Promise<Span>;
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

async function startGateway(
  stack: AsyncDisposableStack,
  skip: SkipTest,
  tokenSeconds = TOKEN_SECONDS,
): Promise<Gateway> {
  const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-oauth-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const tls = (await makeCertificate(folder)) ?? skip("openssl is not installed");
  const port = await freePort();
  const config = `
oauth: {access_token_lifetime: ${tokenSeconds}s}
scrape_configs:
- {job_name: frozen, scrape_interval: 1s, static_configs: [{targets: ["${source.target}"]}]}
tenants:
- name: acme
  entitlement: {selectors: ['{customer="acme"}']}
  clients:
  - {name: prometheus, id: ${CLIENT_ID}, secret: ${CLIENT_SECRET}, scopes: [metrics.read]}
`;
  const start = () => startGaugeway(config, { dataFolder: join(folder, "data"), tls, port });
  const server = await start();
  const gateway = {
    server,
    port,
    tls,
    folder,
    cli: cliFor(server.configFile),
    async restart() {
      const fromMs = Date.now();
      gateway.server.signal("SIGTERM");
      expect(await gateway.server.exited).toMatchObject({ code: 0 });
      gateway.server = await start();
      gateway.cli = cliFor(gateway.server.configFile);
      return { fromMs, toMs: Date.now() };
    },
  };
  stack.defer(async () => await gateway.server[Symbol.asyncDispose]());
  return gateway;
}

/** The document's job; the second one has its secret in a file. */
function documentedConfig({ port, tls }: Gateway, secretFile: string, fileClient: string): string {
  const job = (
    name: string,
    targets: readonly string[],
    id: string,
    secret: string,
  ) => `- job_name: '${name}'

  metrics_path: '/metrics/v1'

  scheme: https
  tls_config:
    ca_file: '${tls.certFile}'
  oauth2:
    client_id: '${id}'
    ${secret}
    scopes:
      - metrics.read
    token_url: https://localhost:${port}/oauth2/token
    tls_config:
      ca_file: '${tls.certFile}'

  static_configs:
    - targets:
${targets.map((host) => `      - '${host}:${port}'\n`).join("")}`;
  return `global:
  scrape_interval:     ${INTERVAL_SECONDS}s
  evaluation_interval: ${INTERVAL_SECONDS}s

scrape_configs:
${job("cisco", ["localhost", "127.0.0.1"], CLIENT_ID, `client_secret: '${CLIENT_SECRET}'`)}
${job("from-file", ["localhost"], fileClient, `client_secret_file: '${secretFile}'`)}`;
}

/** Of both jobs. */
const TARGETS = 3;

interface Scrape {
  readonly target: string;
  readonly atMs: number;
  readonly up: boolean;
}

/** Every scrape of the last minutes, in the order of time. */
async function scrapesOf(peer: RunningPeer): Promise<readonly Scrape[]> {
  const series = await resultOf<RangeSeries>(peer, 'up{source_job=""}[10m]');
  return series
    .flatMap(({ metric, values }) =>
      values.map(([seconds, value]) => ({
        target: `${metric.job} ${metric.instance}`,
        atMs: seconds * 1000,
        up: value === "1",
      })),
    )
    .toSorted((a, b) => a.atMs - b.atMs);
}

interface RangeSeries {
  readonly metric: { readonly job: string; readonly instance: string };
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

async function resultOf<Series>(peer: RunningPeer, query: string): Promise<readonly Series[]> {
  const body = new URLSearchParams({ query });
  const answer = await fetch(`${peer.url}/api/v1/query`, { method: "POST", body });
  const { data } = (await answer.json()) as { data: { result: readonly Series[] } };
  return data.result;
}

/** Waits until each target has been scraped so many times since, well or badly. */
async function untilScraped(peer: RunningPeer, sinceMs: number, times: number): Promise<void> {
  const least = async (): Promise<number> => {
    const scrapes = (await scrapesOf(peer)).filter(({ atMs }) => atMs > sinceMs);
    const byTarget = Map.groupBy(scrapes, ({ target }) => target);
    if (byTarget.size < TARGETS) return 0;
    return Math.min(...Array.from(byTarget.values(), (all) => all.length));
  };
  const timeout = (times + 3) * INTERVAL_SECONDS * 1000 + 30_000;
  await expect.poll(least, { timeout, interval: 500 }).toBeGreaterThanOrEqual(times);
}

/**
 * Waits for the begin of the longest time without a scrape, which comes again in each interval;
 * resolves to its end.
 */
async function quietStretch(peer: RunningPeer): Promise<number> {
  const intervalMs = INTERVAL_SECONDS * 1000;
  const newest = new Map((await scrapesOf(peer)).map(({ target, atMs }) => [target, atMs]));
  const phases = [...newest.values()].map((atMs) => atMs % intervalMs).toSorted((a, b) => a - b);
  const gaps = phases.map((phase, i) => {
    const next = phases[i + 1] ?? (phases[0] ?? 0) + intervalMs;
    return { phase, lengthMs: next - phase };
  });
  const longest = gaps.toSorted((a, b) => b.lengthMs - a.lengthMs)[0];
  if (longest === undefined) throw new Error("nothing is scraped");
  // The scrape itself takes a moment.
  const waitMs = (longest.phase - (Date.now() % intervalMs) + intervalMs) % intervalMs;
  await sleep(waitMs + SCRAPE_MS);
  return Date.now() + longest.lengthMs - SCRAPE_MS;
}

const SCRAPE_MS = 500;

interface RequestRecord {
  readonly path?: string;
  readonly status?: number;
}

/** Requests by path and status, as the server's log has them. */
function requestsOf(log: string, path: string): readonly number[] {
  const records = log.split("\n").flatMap((line): readonly RequestRecord[] => {
    return line.startsWith("{") ? [JSON.parse(line) as RequestRecord] : [];
  });
  return records.filter((record) => record.path === path).map(({ status }) => status ?? 0);
}

/** The scrapes that failed. */
async function watchPrometheus(
  skip: SkipTest,
  suite: "bookworm" | "sid",
): Promise<readonly Scrape[]> {
  const binary = await peerOrSkip("prometheus", suite, skip);
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, skip);
  const create = ["client", "create", "by file", "-t", "initech", "-s", "metrics.read"];
  await gateway.cli.ok("tenant", "create", "initech");
  await gateway.cli.ok("tenant", "entitle", "initech", "-s", '{customer="acme"}');
  const issued = await gateway.cli.json<Issued>(...create);
  const secretFile = join(gateway.folder, "secret");
  await writeFile(secretFile, `${issued.secret}\n`);
  const config = documentedConfig(gateway, secretFile, issued.id);
  const peer = stack.use(await startPrometheus(binary, config));
  const startedMs = Date.now();

  // The old secret ends before the last of the tokens that are watched are fetched.
  await untilScraped(peer, startedMs, 1);
  const overlap = ["--overlap", `${TOKEN_SECONDS}s`];
  const rotated = await gateway.cli.json<Issued>("client", "rotate", issued.id, ...overlap);
  await writeFile(secretFile, `${rotated.secret}\n`);
  await untilScraped(peer, Date.now(), 2);
  const firstLog = gateway.server.log();
  const quietUntilMs = await quietStretch(peer);
  const restart = await gateway.restart();
  await untilScraped(peer, restart.toMs, 4);

  for (const log of [firstLog, gateway.server.log()]) {
    expectNoRefusal(log);
    for (const secret of [CLIENT_SECRET, issued.secret, rotated.secret]) {
      expect(log).not.toContain(secret);
    }
  }
  const samples = await resultOf<{ readonly value: readonly [number, string] }>(
    peer,
    'scrape_samples_scraped{source_job=""}',
  );
  expect(samples.map(({ value }) => value[1])).toEqual(Array(TARGETS).fill(String(SERIES)));
  expect(peer.log()).not.toContain(CLIENT_SECRET);
  // A machine so slow that the restart does not fit between two scrapes is not what is tested.
  const excusedUntilMs = restart.toMs > quietUntilMs ? restart.toMs : 0;
  return (await scrapesOf(peer)).filter(({ up, atMs }) => !up && atMs > excusedUntilMs);
}

interface Issued {
  readonly id: string;
  readonly secret: string;
}

/** Also while starting and stopping, no token and no secret was refused. */
function expectNoRefusal(log: string): void {
  const scrapes = requestsOf(log, "/metrics/v1");
  const tokens = requestsOf(log, "/oauth2/token");
  expect(scrapes.length).toBeGreaterThanOrEqual(TARGETS);
  expect(scrapes.filter((status) => status !== 200)).toEqual([]);
  expect(tokens.length).toBeGreaterThanOrEqual(2);
  expect(tokens.filter((status) => status !== 200)).toEqual([]);
  // One token serves all targets of a job; nobody asks more often than once a scrape.
  expect(tokens.length).toBeLessThanOrEqual(scrapes.length);
  expect(log).not.toMatch(/eyJ[\w-]+\.[\w-]+/);
}

describe.concurrent("Prometheus with the documented configuration", () => {
  test.for(["bookworm", "sid"] as const)(
    "of %s, over expiries, a rotation of its secret file and a restart",
    { timeout: 300_000 },
    async (suite, { skip }) => {
      expect(await watchPrometheus(skip, suite)).toEqual([]);
    },
  );
});

test(
  "vmagent with the documented configuration, over expiries",
  { timeout: 300_000 },
  async ({ skip }) => {
    const agentFile = await peerOrSkip("vmagent", "sid", skip);
    const storeFile = await peerOrSkip("victoriaMetrics", "sid", skip);
    await using stack = new AsyncDisposableStack();
    const gateway = await startGateway(stack, skip);
    const store = stack.use(
      await startVictoriaMetrics(storeFile, null, ["-search.latencyOffset=0s"]),
    );
    const secretFile = join(gateway.folder, "secret");
    await writeFile(secretFile, `${CLIENT_SECRET}\n`);
    const config = documentedConfig(gateway, secretFile, CLIENT_ID)
      .replace(/^.*evaluation_.*\n/m, "")
      .replace(/scrape_interval: .*/, "scrape_interval: 2s");
    const agent = stack.use(
      await startPeer({
        command: agentFile.path,
        readyPath: "/health",
        prepare: (folder) => writeFile(join(folder, "scrape.yml"), config),
        args: (port, folder) => [
          `-httpListenAddr=127.0.0.1:${port}`,
          `-promscrape.config=${join(folder, "scrape.yml")}`,
          `-remoteWrite.url=${store.url}/api/v1/write`,
          `-remoteWrite.tmpDataPath=${join(folder, "queue")}`,
        ],
      }),
    );
    await untilScraped(store, Date.now(), Math.ceil((2 * TOKEN_SECONDS) / 2) + 1);
    expect((await scrapesOf(store)).filter(({ up }) => !up)).toEqual([]);
    expectNoRefusal(gateway.server.log());
    expect(requestsOf(gateway.server.log(), "/oauth2/token").length).toBeGreaterThanOrEqual(4);
    expect(agent.log()).not.toContain(CLIENT_SECRET);
  },
);

test("the documents' curl lines, as printed but for host, id and secret", async ({ skip }) => {
  await curlOrSkip(skip);
  await using stack = new AsyncDisposableStack();
  const gateway = await startGateway(stack, skip);
  const shell = async (script: string, env: Record<string, string> = {}): Promise<string> => {
    const all = { CURL_CA_BUNDLE: gateway.tls.certFile, ...env };
    const run = await runCommand("bash", ["-c", script], { env: all });
    expect({ script, ...run }).toMatchObject({ exitCode: 0, stderr: "" });
    return run.stdout;
  };
  const filled = (text: string): string =>
    text
      .replaceAll("CLIENT_ID", CLIENT_ID)
      .replaceAll("CLIENT_SECRET", CLIENT_SECRET)
      .replaceAll("metrics.example.com", `localhost:${gateway.port}`)
      .replaceAll("api.wgtwo.com", `localhost:${gateway.port}`);
  const page = await readFile("docs/accessing-metrics.md", "utf8");
  const [, ours = ""] = /```bash\n(ACCESS_TOKEN=[\s\S]*?)```/.exec(page) ?? [];
  const body = async (): Promise<string> => await shell(filled(ours));
  await expect.poll(async () => seriesOfText(await body()).size).toBe(SERIES);
  expect(await body()).toMatch(/\n# EOF\n$/);

  const grant = "-d grant_type=client_credentials -d scope=metrics.read";
  const issued = await shell(
    filled(
      `curl -s -u 'CLIENT_ID:CLIENT_SECRET' ${grant} https://metrics.example.com/oauth2/token`,
    ),
  );
  const { access_token: token } = JSON.parse(issued) as { access_token: string };
  const theirs = "curl -s --oauth2-bearer $ACCESS_TOKEN https://api.wgtwo.com/metrics/v1";
  const seen = await shell(filled(theirs), { ACCESS_TOKEN: token });
  expect(seriesOfText(seen).size).toBe(SERIES);
});

test.for(["bookworm", "sid"] as const)(
  "the configuration on our page is one to the Prometheus of %s",
  async (suite, { skip }) => {
    const promtool = await peerOrSkip("promtool", suite, skip);
    await using stack = new AsyncDisposableStack();
    const folder = await mkdtemp(join(tmpdir(), "gaugeway-page-"));
    stack.defer(async () => await rm(folder, { recursive: true, force: true }));
    const page = await readFile("docs/accessing-metrics.md", "utf8");
    const blocks = Array.from(page.matchAll(/```yaml\n([\s\S]*?)```/g), ([, text = ""]) => text);
    expect(blocks.filter((text) => text.includes("oauth2:"))).toHaveLength(1);
    for (const [index, block] of blocks.entries()) {
      const file = join(folder, `${index}.yml`);
      await writeFile(file, block);
      const checked = await runCommand(promtool.path, ["check", "config", file]);
      expect(checked).toMatchObject({ exitCode: 0, stderr: "" });
    }
  },
);
