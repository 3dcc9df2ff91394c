/**
 * The customer's side of document «Accessing Metrics»: its Prometheus configuration, with nothing
 * changed but host, port, id, secret, authority and (so that the test ends) the interval, in the
 * oldest and the newest Prometheus and in VictoriaMetrics.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  freePort,
  peerOrSkip,
  queryVector,
  type RunningPeer,
  type SkipTest,
  startPrometheus,
  startVictoriaMetrics,
} from "../peers/index.ts";
import { makeCertificate } from "./certificate.ts";
import { curl, curlOrSkip } from "./curl.ts";
import { startExpositionServer } from "./exposition-server.ts";
import { FROZEN_EXPOSITION, FROZEN_SERIES } from "./frozen-exposition.ts";
import { type GaugewayServer, startGaugeway, type TlsFiles } from "./gaugeway-server.ts";
import { seriesKey, seriesOfText, type SeriesValues } from "./series-of-text.ts";

const CLIENT_ID = "acme-prometheus";
const CLIENT_SECRET = "kq7fz2mw9xd4tb6nh3vc8rj5pl";

/** The document's configuration; the second job differs in honor_labels alone. */
function documentedConfig(port: number, tls: TlsFiles, extra = ""): string {
  const job = (name: string, honorLabels: boolean): string => `- job_name: '${name}'

  honor_labels: ${honorLabels}
  metrics_path: '/metrics/v1'

  scheme: https
  tls_config:
    ca_file: '${tls.certFile}'
  basic_auth:
    username: '${CLIENT_ID}'
    password: '${CLIENT_SECRET}'

  static_configs:
    - targets:
      - 'localhost:${port}'
`;
  return `global:
  scrape_interval:     1s
  evaluation_interval: 1s
${extra}
scrape_configs:
${job("wgtwo", true)}
${job("not-honored", false)}`;
}

const JOBS = ["wgtwo", "not-honored"] as const;

function gatewayConfig(target: string): string {
  return `
log: {level: debug}
scrape_configs:
- {job_name: frozen, scrape_interval: 1s, static_configs: [{targets: ["${target}"]}]}
tenants:
- name: acme
  entitlement: {selectors: ['{customer="acme"}', 'up{job="frozen"}', 'scrape_samples_scraped{job="frozen"}']}
  clients:
  - {name: prometheus, id: ${CLIENT_ID}, secret: ${CLIENT_SECRET}, scopes: [metrics.prometheus.read]}
`;
}

/** Two series about the source's own scrapes, two about the snapshot. */
const SERIES = FROZEN_SERIES.acme + 4;

interface Gateway {
  readonly server: GaugewayServer;
  readonly port: number;
  readonly tls: TlsFiles;
  /** What the document's curl line gives now. */
  series(): Promise<SeriesValues>;
  restart(): Promise<{ readonly fromMs: number; readonly toMs: number }>;
}

/** A server with TLS on a folder and a port that survive restarts, which shows what the source does. */
async function startGateway(stack: AsyncDisposableStack, skip: SkipTest): Promise<Gateway> {
  await curlOrSkip(skip);
  const source = stack.use(await startExpositionServer(FROZEN_EXPOSITION));
  const folder = await mkdtemp(join(tmpdir(), "gaugeway-scraped-"));
  stack.defer(async () => await rm(folder, { recursive: true, force: true }));
  const tls = (await makeCertificate(folder)) ?? skip("openssl is not installed");
  const port = await freePort();
  const start = async (): Promise<GaugewayServer> =>
    await startGaugeway(gatewayConfig(source.target), {
      dataFolder: join(folder, "data"),
      tls,
      port,
    });
  const gateway = {
    server: await start(),
    port,
    tls,
    async series() {
      const credential = `${CLIENT_ID}:${CLIENT_SECRET}`;
      const url = `https://localhost:${port}/metrics/v1`;
      const answer = await curl("-u", credential, "--cacert", tls.certFile, url);
      expect(answer).toMatchObject({ status: 200 });
      return seriesOfText(answer.body);
    },
    async restart() {
      const fromMs = Date.now();
      gateway.server.signal("SIGTERM");
      expect(await gateway.server.exited).toMatchObject({ code: 0 });
      gateway.server = await start();
      return { fromMs, toMs: Date.now() };
    },
  };
  stack.defer(async () => await gateway.server[Symbol.asyncDispose]());
  await expect.poll(async () => (await gateway.series()).size).toBe(SERIES);
  return gateway;
}

interface Moment {
  readonly atMs: number;
  readonly value: string;
}

/** The samples of the one series that the selector matches. */
async function history(peer: RunningPeer, selector: string): Promise<readonly Moment[]> {
  const body = new URLSearchParams({ query: `${selector}[10m]` });
  const answer = await fetch(`${peer.url}/api/v1/query`, { method: "POST", body });
  const { data } = (await answer.json()) as {
    data: { result: readonly { values: readonly (readonly [number, string])[] }[] };
  };
  const values = data.result[0]?.values ?? [];
  return values.map(([seconds, value]) => ({ atMs: seconds * 1000, value }));
}

/** What the scraper itself adds has no source. */
async function scrapesOf(peer: RunningPeer, job: string): Promise<readonly Moment[]> {
  return await history(peer, `up{job="${job}",source_job=""}`);
}

/** All that a job brought, as we wrote it: without the scraper's own labels. */
async function seriesOf(peer: RunningPeer, job: string): Promise<SeriesValues> {
  const found = new Map<string, string>();
  for (const { metric, value } of await queryVector(peer.url, `{job="${job}"}`)) {
    const own = /^(up|scrape_.*)$/.test(metric["__name__"] ?? "") && !("source_job" in metric);
    if (own) continue;
    const { job: _job, instance: _instance, ...labels } = metric;
    found.set(seriesKey(Object.entries(labels)), value[1]);
  }
  return found;
}

/** The gauges about the snapshot itself move on. */
const MOVING = /^gaugeway_snapshot_/;

/** Numbers compare as numbers. */
function comparable(series: SeriesValues, apart = MOVING): Record<string, number | string> {
  const compared = [...series].filter(([key]) => !apart.test(key));
  return Object.fromEntries(
    compared.map(([key, value]) => {
      const number = Number(value.replace("Inf", "Infinity"));
      return [key, Number.isNaN(number) ? value : number];
    }),
  );
}

/** Waits until each job has this many scrapes that went well. */
async function expectScrapes(peer: RunningPeer, atLeast: number): Promise<void> {
  const counts = async (): Promise<number> => {
    const scrapes = await Promise.all(JOBS.map((job) => scrapesOf(peer, job)));
    return Math.min(...scrapes.map((all) => all.filter(({ value }) => value === "1").length));
  };
  await expect.poll(counts, { timeout: 90_000, interval: 500 }).toBeGreaterThanOrEqual(atLeast);
}

async function expectSameSeries(
  peer: RunningPeer,
  expected: SeriesValues,
  apart = MOVING,
): Promise<void> {
  for (const job of JOBS) {
    const seen = await seriesOf(peer, job);
    expect(comparable(seen, apart)).toEqual(comparable(expected, apart));
    expect([...seen.keys()].filter((key) => MOVING.test(key))).toHaveLength(2);
    const scraped = await history(peer, `scrape_samples_scraped{job="${job}",source_job=""}`);
    expect(scraped.at(-1)?.value).toBe(String(SERIES));
  }
  const renamed = await queryVector(peer.url, 'count({exported_instance!=""})');
  expect(renamed).toEqual([]);
}

/** A scrape takes a moment; one that began just before the stop may fall into it. */
const AROUND_RESTART_MS = 1500;

test(
  "Prometheus 2 and 3 scrape with the documented configuration, over a restart",
  { timeout: 240_000 },
  async ({ skip }) => {
    const binaries = [
      await peerOrSkip("prometheus", "bookworm", skip),
      await peerOrSkip("prometheus", "sid", skip),
    ];
    await using stack = new AsyncDisposableStack();
    const gateway = await startGateway(stack, skip);
    const config = documentedConfig(gateway.port, gateway.tls);
    const peers = await Promise.all(binaries.map((binary) => startPrometheus(binary, config)));
    for (const peer of peers) stack.use(peer);

    for (const peer of peers) await expectScrapes(peer, 8);
    const before = await gateway.series();
    for (const peer of peers) await expectSameSeries(peer, before);
    const restart = await gateway.restart();
    for (const peer of peers) await expectScrapes(peer, 21);
    const after = await gateway.series();
    expect(comparable(after)).toEqual(comparable(before));

    for (const peer of peers) {
      await expectSameSeries(peer, after);
      for (const job of JOBS) {
        const failed = (await scrapesOf(peer, job)).filter(({ value }) => value !== "1");
        const unexcused = failed.filter(
          ({ atMs }) => atMs < restart.fromMs - AROUND_RESTART_MS || atMs > restart.toMs,
        );
        expect(unexcused).toEqual([]);
        const scraped = await history(peer, `scrape_samples_scraped{job="${job}",source_job=""}`);
        const whole = scraped.filter(({ value }) => value === String(SERIES));
        expect(scraped.length - whole.length).toBe(failed.length);
        expect(whole.length).toBeGreaterThanOrEqual(20);
      }
      expect(peer.log()).toMatch(/level=info/i);
      expect(peer.log()).not.toMatch(/level=(?:warn|error)/i);
      expect(peer.log()).not.toContain(CLIENT_SECRET);
    }
    expect(gateway.server.log()).not.toContain(CLIENT_SECRET);
  },
);

test(
  "VictoriaMetrics scrapes with the documented configuration",
  { timeout: 180_000 },
  async ({ skip }) => {
    const binary = await peerOrSkip("victoriaMetrics", "sid", skip);
    await using stack = new AsyncDisposableStack();
    const gateway = await startGateway(stack, skip);
    // Its own name for the interval of rules is another program's; the rest is the same file.
    const config = documentedConfig(gateway.port, gateway.tls).replace(/^.*evaluation_.*\n/m, "");
    const peer = stack.use(
      await startVictoriaMetrics(binary, config, ["-search.latencyOffset=0s"]),
    );
    await expectScrapes(peer, 5);
    // It keeps neither NaN nor the last digits of the largest and smallest numbers.
    const apart = /^gaugeway_snapshot_|v="(?:nan|big|tiny)"/;
    const expected = await gateway.series();
    // It makes a sample visible a while after it was written.
    const seen = async (): Promise<number> =>
      Object.keys(comparable(await seriesOf(peer, "not-honored"), apart)).length;
    await expect.poll(seen, { timeout: 60_000, interval: 500 }).toBe(SERIES - 5);
    await expectSameSeries(peer, expected, apart);
    expect((await scrapesOf(peer, "wgtwo")).every(({ value }) => value === "1")).toBe(true);
    expect(peer.log()).not.toMatch(/\t(?:warn|error)\t/);
  },
);
