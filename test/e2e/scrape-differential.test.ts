import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { isStaleMarker, labelPairs, type SeriesRef, wordsOf } from "#model";
import { createScrapeManager, PLAIN_HTTP_CLIENT, type ScrapeJobConfig } from "#sources";
import { openStore, type Store } from "#tsdb";
import {
  peerOrSkip,
  queryVector,
  type SkipTest,
  startNodeExporter,
  startPrometheus,
  startPushgateway,
} from "../peers/index.ts";
import { type ExpositionServer, startExpositionServer } from "./exposition-server.ts";

/**
 * The same expositions scraped by us and by Prometheus give the same series and values. The bodies
 * of live exporters are taken once and served frozen, so that both see the same numbers.
 */
const TEXT = "text/plain; version=0.0.4; charset=utf-8";
const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(
    folders.map(async (folder) => await rm(folder, { recursive: true, force: true })),
  );
});

interface Exposition {
  readonly jobName: string;
  readonly honorLabels: boolean;
  readonly server: ExpositionServer;
  /** What it shows later: series that are missing then must be stale. */
  readonly later: string;
}

const systemClock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

function jobOf(exposition: Exposition): ScrapeJobConfig {
  return {
    jobName: exposition.jobName,
    scrapeIntervalMs: 5_000,
    scrapeTimeoutMs: 5_000,
    scrapeProtocols: ["OpenMetricsText1.0.0", "PrometheusText0.0.4"],
    fallbackScrapeProtocol: null,
    metricsPath: "/metrics",
    scheme: "http",
    params: {},
    honorLabels: exposition.honorLabels,
    honorTimestamps: true,
    trackTimestampsStaleness: false,
    enableCompression: true,
    metricNameValidation: "utf8",
    metricNameEscaping: "allow-utf-8",
    http: PLAIN_HTTP_CLIENT,
    staticConfigs: [{ targets: [exposition.server.target], labels: { region: "eu" } }],
    fileSdConfigs: [],
    httpSdConfigs: [],
    relabelRules: [],
    metricRelabelRules: [],
    limits: {
      bodyBytesMax: 0,
      samplesMax: 0,
      labelsMax: 0,
      labelNameBytesMax: 0,
      labelValueBytesMax: 0,
      targetsMax: 0,
      droppedTargetsKept: 0,
    },
    extraScrapeMetrics: false,
  };
}

function prometheusConfig(expositions: readonly Exposition[]): string {
  return JSON.stringify({
    global: { scrape_interval: "5s", scrape_timeout: "5s" },
    scrape_configs: expositions.map((exposition) => ({
      job_name: exposition.jobName,
      honor_labels: exposition.honorLabels,
      static_configs: [{ targets: [exposition.server.target], labels: { region: "eu" } }],
    })),
  });
}

/** Duration depends on the machine. */
const INCOMPARABLE = /^scrape_duration_seconds\b/;

/** Series key → value, of everything that is not stale now. */
type Instant = Map<string, string>;

function keyOf(labels: Iterable<readonly [string, string]>): string {
  const sorted = Array.from(labels).toSorted((a, b) => (a[0] < b[0] ? -1 : 1));
  return sorted.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",");
}

/** Prometheus 2 keeps `le="1"` as it is written, 3 and we make it `1.0`. */
function canonical(name: string, value: string): string {
  const isBound = (name === "le" || name === "quantile") && /^-?\d+$/.test(value);
  return isBound ? `${value}.0` : value;
}

async function instantOfPrometheus(url: string): Promise<Instant> {
  const vector = await queryVector(url, '{__name__!="",region="eu"} or {job=~".+"}');
  const instant: Instant = new Map();
  for (const { metric, value } of vector) {
    if (INCOMPARABLE.test(metric["__name__"] ?? "")) continue;
    const labels = Object.entries(metric).map(
      ([name, text]) => [name, canonical(name, text)] as const,
    );
    instant.set(keyOf(labels), value[1]);
  }
  return instant;
}

function instantOfStore(store: Store): Instant {
  const instant: Instant = new Map();
  const words = wordsOf(store.values);
  for (const ref of store.select([])) {
    const labels = store.labels(ref as SeriesRef);
    const name = Array.from(labelPairs(labels)).find(([label]) => label === "__name__")?.[1] ?? "";
    // A series whose only scrape failed has been made, but has no sample.
    const isEmpty = !((store.timestampsMs[ref] ?? 0) > 0);
    if (isEmpty || isStaleMarker(words, ref) || INCOMPARABLE.test(name)) continue;
    instant.set(keyOf(labelPairs(labels)), formatValue(store.values[ref] ?? Number.NaN));
  }
  return instant;
}

/** As Prometheus' API writes values. */
function formatValue(value: number): string {
  if (Number.isFinite(value)) return String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** What one has and the other has not; a few of them are enough to see why. */
function differences(ours: Instant, theirs: Instant): string[] {
  const found: string[] = [];
  for (const [key, value] of theirs) {
    const own = ours.get(key);
    const equal = own !== undefined && (own === value || Number(own) === Number(value));
    if (!equal) found.push(`theirs ${key} = ${value}, ours ${own ?? "missing"}`);
  }
  for (const [key, value] of ours) {
    if (!theirs.has(key)) found.push(`only ours ${key} = ${value}`);
  }
  return found.slice(0, 10);
}

async function bodyOf(url: string, accept: string): Promise<string> {
  const answer = await fetch(url, { headers: { accept } });
  return await answer.text();
}

/** A quarter of the series is gone. */
function thinned(body: string): string {
  const lines = body.split("\n");
  return lines.filter((line, i) => line.startsWith("#") || line === "" || i % 4 !== 0).join("\n");
}

function generatedBody(series: number): string {
  let body = "# TYPE requests_total counter\n# HELP requests_total Requests.\n";
  for (let i = 0; i < series; i++) {
    body += `requests_total{path="/api/v1/resource/${i % 1000}",method="GET",shard="${Math.floor(i / 1000)}"} ${i * 7}.25\n`;
  }
  return body;
}

const OPEN_METRICS_BODY = `# TYPE jobs counter
# HELP jobs Jobs with "quotes" and \\\\ backslashes.
jobs_total{kind="a\\"b\\\\c\\nd"} 17.0 # {trace_id="abc"} 0.67
jobs_created{kind="a\\"b\\\\c\\nd"} 1520872607.123
# TYPE lat_seconds histogram
# UNIT lat_seconds seconds
lat_seconds_bucket{le="0.1"} 8 # {} 0.054
lat_seconds_bucket{le="1.0"} 10 # {id="x"} 0.9 1520879607.789
lat_seconds_bucket{le="+Inf"} 10
lat_seconds_sum 3.5
lat_seconds_count 10
# TYPE build info
build_info{version="1"} 1
# TYPE weird gauge
weird{v="nan"} NaN
weird{v="inf"} +Inf
weird{v="tiny"} 4.9e-324
weird{v="big"} 1.7976931348623157e308
weird{v="empty",e=""} -0.0
weird{exported_job="x",job="own",instance="i"} 5
# EOF
`;

async function frozen(
  jobName: string,
  body: string,
  options: { honorLabels?: boolean; contentType?: string } = {},
): Promise<Exposition> {
  const server = await startExpositionServer(body);
  server.contentType = options.contentType ?? TEXT;
  const { honorLabels = false } = options;
  return { jobName, honorLabels, server, later: thinned(body) };
}

async function gatherExpositions(skip: SkipTest): Promise<Exposition[]> {
  const nodeExporter = await peerOrSkip("nodeExporter", "bookworm", skip);
  const pushgateway = await peerOrSkip("pushgateway", "bookworm", skip);
  await using node = await startNodeExporter(nodeExporter);
  await using pushed = await startPushgateway(pushgateway);
  const push = async (path: string, body: string): Promise<void> => {
    await fetch(`${pushed.url}/metrics/${path}`, { method: "POST", body });
  };
  await push("job/batch", "# TYPE last_success gauge\nlast_success 1.5e9\n");
  await push("job/batch/instance/db-1", 'rows{table="a",exported_job="z"} 12\n');
  const nodeBody = await bodyOf(`${node.url}/metrics`, "text/plain");
  const pushBody = await bodyOf(`${pushed.url}/metrics`, "text/plain");
  return await Promise.all([
    frozen("node", nodeBody),
    frozen("push", pushBody),
    frozen("push-honored", pushBody, { honorLabels: true }),
    frozen("om", OPEN_METRICS_BODY, { contentType: OPEN_METRICS }),
    frozen("om-honored", OPEN_METRICS_BODY, { contentType: OPEN_METRICS, honorLabels: true }),
    frozen("generated", generatedBody(100_000)),
    frozen("broken", "a 1\nb 2\n7&-\n"),
  ]);
}

test(
  "we and Prometheus 2 and 3 store the same of the same targets",
  { timeout: 300_000 },
  async ({ skip }) => {
    const binaries = [
      await peerOrSkip("prometheus", "bookworm", skip),
      await peerOrSkip("prometheus", "sid", skip),
    ];
    const expositions = await gatherExpositions(skip);
    const folder = await mkdtemp(join(tmpdir(), "gaugeway-differential-"));
    folders.push(folder);
    await using stack = new AsyncDisposableStack();
    for (const { server } of expositions) stack.use(server);
    const store = stack.use(await openStore({ path: folder, clock: systemClock }));
    const manager = stack.use(
      createScrapeManager({ appendable: store, clock: systemClock }, { version: "0.0.0" }),
    );
    const config = prometheusConfig(expositions);
    const peers = await Promise.all(binaries.map((binary) => startPrometheus(binary, config)));
    for (const peer of peers) stack.use(peer);
    manager.apply({ jobs: expositions.map(jobOf) });
    /** Equal only counts once the store holds about as many series as there are now. */
    const compare = async (seriesMin: number, seriesMax: number): Promise<string[]> => {
      const ours = instantOfStore(store);
      if (ours.size < seriesMin || ours.size > seriesMax) return [`we have ${ours.size} series`];
      const found: string[] = [];
      for (const peer of peers)
        found.push(...differences(ours, await instantOfPrometheus(peer.url)));
      return found;
    };
    const poll = { timeout: 120_000, interval: 2_000 };
    await expect.poll(async () => await compare(100_500, 110_000), poll).toEqual([]);
    for (const { server, later } of expositions) server.body = later;
    await expect.poll(async () => await compare(75_000, 90_000), poll).toEqual([]);
  },
);
