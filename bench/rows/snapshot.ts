import { spawn } from "node:child_process";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  freePort,
  type RunningPeer,
  startPrometheus,
  startVictoriaMetrics,
} from "../../test/peers/index.ts";
import { type BenchRow, type Measurement, median } from "../row.ts";
import { newestPeer, startGaugeway } from "../systems/systems.ts";

const SERIES = 100_000;
/** The exporter spreads its series over ten tenants. */
const TENANT_SERIES = 10_000;
const INTERVAL_SECONDS = 5;
const WARM_UP_SECONDS = 20;
const ROUNDS = 9;
const TOGETHER = 50;
/** Longer than a random secret needs to be; known only to this run. */
const SECRET = "bench-secret-that-is-not-used-anywhere-else-0123456789";

interface Asked {
  readonly path: string;
  readonly authorization?: string;
}

interface SnapshotSystem {
  readonly name: string;
  start(scrapeConfigs: string): Promise<RunningPeer>;
  /** How to ask for all series, and for one tenant's. */
  readonly all: Asked;
  readonly tenant: Asked;
}

interface Times {
  readonly allMs: number;
  readonly tenantMs: number;
  /** Many at once, until the last one is complete. */
  readonly togetherMs: number;
}

/**
 * Asking for the newest samples: our snapshot against the peers' `/federate`, over HTTP on
 * loopback, uncompressed. Every value has changed since the request before.
 */
export const snapshotRow: BenchRow = {
  name: "snapshot",
  description: `the newest samples of ${SERIES} series and of ${TENANT_SERIES} among them, ${ROUNDS} rounds, all values changed in between; peers by /federate`,
  async run(log) {
    const times = new Map<string, Times>();
    for (const system of await snapshotSystems()) {
      const measured = await measure(system);
      times.set(system.name, measured);
      log(`${system.name}: ${JSON.stringify(measured)}`);
    }
    return [
      measurement(times, `${SERIES} series`, "at most 1/20 of Prometheus", (t) => t.allMs),
      measurement(times, `${TENANT_SERIES} series`, "under 3 ms of CPU", (t) => t.tenantMs),
      measurement(
        times,
        `${TENANT_SERIES} series, ${TOGETHER} requests at once`,
        "little more than one",
        (t) => t.togetherMs,
      ),
    ];
  },
};

function measurement(
  times: ReadonlyMap<string, Times>,
  what: string,
  goal: string,
  pick: (times: Times) => number,
): Measurement {
  const [ours, ...peers] = Array.from(times, ([system, t]) => ({ system, value: pick(t) }));
  return { what, unit: "ms", goal, ours: ours?.value ?? Number.NaN, peers };
}

async function snapshotSystems(): Promise<readonly SnapshotSystem[]> {
  const prometheus = await newestPeer("prometheus");
  const victoriaMetrics = await newestPeer("victoriaMetrics");
  const federate = {
    all: { path: `/federate?match[]=${encodeURIComponent('{job="exporter",tenant!=""}')}` },
    tenant: { path: `/federate?match[]=${encodeURIComponent('{job="exporter",tenant="t1"}')}` },
  };
  return [
    {
      name: "Gaugeway",
      start: (configs) => startGaugeway(configs + TENANTS),
      all: { path: "/metrics/v1", authorization: basic("bench-all") },
      tenant: { path: "/metrics/v1", authorization: basic("bench-t1") },
    },
    {
      name: `Prometheus ${prometheus.version}`,
      start: (configs) => startPrometheus(prometheus, configs),
      ...federate,
    },
    {
      name: `VictoriaMetrics ${victoriaMetrics.version}`,
      start: (configs) => startVictoriaMetrics(victoriaMetrics, configs),
      ...federate,
    },
  ];
}

const TENANTS = `
limits:
  client: {requests_per_second: 1000, burst: 1000}
  tenant: {requests_per_second: 1000, burst: 1000}
tenants:
  - name: all
    entitlement: {selectors: ['{job="exporter",tenant!=""}']}
    clients: [{name: bench, id: bench-all, secret: ${SECRET}, scopes: [metrics.read]}]
  - name: t1
    entitlement: {selectors: ['{job="exporter",tenant="t1"}']}
    clients: [{name: bench, id: bench-t1, secret: ${SECRET}, scopes: [metrics.read]}]
`;

function basic(id: string): string {
  return `Basic ${Buffer.from(`${id}:${SECRET}`).toString("base64")}`;
}

async function measure(system: SnapshotSystem): Promise<Times> {
  const port = await freePort();
  const program = new URL("../data/exporter.ts", import.meta.url).pathname;
  const exporter = spawn(process.execPath, [program, String(SERIES), String(port)], {
    stdio: "ignore",
  });
  try {
    await using server = await system.start(`
global: {scrape_interval: ${INTERVAL_SECONDS}s, scrape_timeout: ${INTERVAL_SECONDS}s}
scrape_configs: [{job_name: exporter, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]
`);
    await sleep(WARM_UP_SECONDS * 1000);
    const rounds: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      rounds.push(await oneRound(server.url, system));
      await sleep(INTERVAL_SECONDS * 1000);
    }
    return {
      allMs: median(rounds.map((round) => round.allMs)),
      tenantMs: median(rounds.map((round) => round.tenantMs)),
      togetherMs: median(rounds.map((round) => round.togetherMs)),
    };
  } finally {
    exporter.kill();
  }
}

/** `togetherMs` last, of a body that we have made before it: sharing is what is measured. */
async function oneRound(url: string, { all, tenant }: SnapshotSystem): Promise<Times> {
  const allMs = await timed(() => ask(url, all, SERIES));
  const tenantMs = await timed(() => ask(url, tenant, TENANT_SERIES));
  const together = Array.from({ length: TOGETHER }, () => tenant);
  // VictoriaMetrics answers some of so many with 429: then it has no figure here.
  const togetherMs = await timed(() =>
    Promise.all(together.map((asked) => ask(url, asked, TENANT_SERIES))),
  ).catch(() => Number.NaN);
  return { allMs, tenantMs, togetherMs };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Reads the whole body and checks that it has at least as many lines as there are series. */
function ask(url: string, { path, authorization }: Asked, seriesMin: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization };
    const outgoing = request(new URL(path, url), { headers }, (response) => {
      let lines = 0;
      response.on("data", (chunk: Buffer) => {
        for (let i = chunk.indexOf(10); i >= 0; i = chunk.indexOf(10, i + 1)) lines += 1;
      });
      response.once("error", reject);
      response.once("end", () => {
        if (response.statusCode === 200 && lines >= seriesMin) resolve();
        else reject(new Error(`${url}${path}: status ${response.statusCode}, ${lines} lines`));
      });
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}
