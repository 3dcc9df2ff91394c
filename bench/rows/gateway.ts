import type { RunningPeer } from "../../test/peers/index.ts";
import { cpuSeconds } from "../process-usage.ts";
import { type BenchRow, compare, type Measurement, median } from "../row.ts";
import { startBareProxy, startGateway } from "../systems/gateway.ts";
import { nginxConfig, startNginx } from "../systems/nginx.ts";
import { type Load, loadFactory } from "../systems/wrk.ts";

interface GatewayRun extends Load {
  readonly cpuMicrosPerRequest: number;
}

const DOCUMENT = JSON.stringify({
  id: 1,
  name: "Ada",
  tags: ["a", "b", "c"],
  nested: { x: 1, y: [1, 2, 3] },
  text: "some text that is a little longer than the rest",
});
const WARM_UP_SECONDS = 4;
const MEASURED_SECONDS = 8;
const CONDITIONS = `50 connections for ${MEASURED_SECONDS} s after ${WARM_UP_SECONDS} s; the backend is another nginx`;
const GOAL = "near the bare proxy";

interface GatewayRowOptions {
  readonly name: string;
  readonly description: string;
  readonly endpoint: Readonly<Record<string, unknown>>;
}

/** One endpoint of the gateway beside nginx as a plain proxy of the same backend. */
export function gatewayRow({ name, description, endpoint }: GatewayRowOptions): BenchRow {
  return {
    name,
    description: `${description}; ${CONDITIONS}`,
    async run(log) {
      await using backend = await startNginx(nginxConfig.answering(DOCUMENT));
      await using proxy = await startNginx(nginxConfig.proxy(backend.peer.url));
      await using bare = await startBareProxy(backend.peer.url);
      await using gateway = await startGateway(configOf(backend.peer.url, endpoint));
      const runs = new Map<string, GatewayRun>();
      runs.set("Gaugeway", await measure(gateway.peer, `${gateway.origin}/x/7`));
      runs.set(`nginx ${proxy.version}`, await measure(proxy.peer, `${proxy.peer.url}/x/7`));
      runs.set("a bare proxy in Node", await measure(bare, `${bare.url}/x/7`));
      for (const [system, run] of runs) log(`${system}: ${JSON.stringify(run)}`);
      return [
        compare(runs, { what: "CPU per request", unit: "µs", goal: GOAL }, cpuOf),
        compare(runs, { what: "p99", unit: "ms", goal: GOAL }, (run) => run.p99Ms),
        compare(
          runs,
          { what: "time per request at full load", unit: "µs", goal: GOAL },
          (run) => 1e6 / run.requestsPerSecond,
        ),
      ];
    },
  };
}

const cpuOf = (run: GatewayRun): number => run.cpuMicrosPerRequest;

const JSON_ENDPOINT = { backend: [{ url_pattern: "/u/{id}" }] };
const ROUNDS = 5;

/** The same endpoint with and without metrics, in turn, so that both meet the same machine. */
export const gatewayTelemetryRow: BenchRow = {
  name: "gateway-telemetry",
  description: `a one-backend JSON endpoint with telemetry/metrics and without, in turn, ${ROUNDS} times each; ${CONDITIONS}`,
  async run(log) {
    await using backend = await startNginx(nginxConfig.answering(DOCUMENT));
    const metrics = { "telemetry/metrics": { endpoint_disabled: true } };
    const root = configOf(backend.peer.url, JSON_ENDPOINT);
    await using measured = await startGateway({ ...root, extra_config: metrics });
    await using plain = await startGateway(root);
    const [on, off]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      on.push(cpuOf(await measure(measured.peer, `${measured.origin}/x/7`)));
      off.push(cpuOf(await measure(plain.peer, `${plain.origin}/x/7`)));
      log(
        `round ${round + 1}: with ${on.at(-1)?.toFixed(1)} µs, without ${off.at(-1)?.toFixed(1)} µs`,
      );
    }
    return [telemetryCost(on, off)];
  },
};

function telemetryCost(on: readonly number[], off: readonly number[]): Measurement {
  return {
    what: "CPU per request with telemetry",
    unit: "µs",
    ours: median(on),
    peers: [{ system: "without telemetry", value: median(off) }],
    goal: "at most 1.03 of without",
  };
}

function configOf(origin: string, endpoint: object): Readonly<Record<string, unknown>> {
  return { host: [origin], endpoints: [{ endpoint: "/x/{id}", ...endpoint }] };
}

async function measure({ pid }: RunningPeer, url: string): Promise<GatewayRun> {
  const wrk = await loadFactory();
  await wrk.load(url, WARM_UP_SECONDS);
  const before = cpuSeconds(pid);
  const load = await wrk.load(url, MEASURED_SECONDS);
  return { ...load, cpuMicrosPerRequest: ((cpuSeconds(pid) - before) * 1e6) / load.requests };
}
