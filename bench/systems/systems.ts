import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  findPeer,
  type PeerFile,
  type PeerName,
  type RunningPeer,
  startPeer,
} from "../../test/peers/index.ts";

/** What a server under measurement is started with. */
export interface SystemStart {
  /** In Prometheus' syntax. */
  readonly scrapeConfigs: string;
  /** Where it keeps its data; default: a folder that goes when it stops. */
  readonly dataFolder?: string;
  /** Who may see what; peers know no tenants and are given the selector with each request. */
  readonly tenants?: readonly BenchTenant[];
}

export interface BenchTenant {
  readonly name: string;
  /** PromQL selector of the series that the tenant sees. */
  readonly selector: string;
}

/** How the newest samples of a tenant's series are asked for. */
export interface SnapshotRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server under measurement. */
export interface ScrapingSystem {
  readonly name: string;
  start(start: SystemStart): Promise<RunningPeer>;
  snapshotRequest(server: RunningPeer, tenant: BenchTenant): SnapshotRequest;
  /** A path of Prometheus' API as the tenant asks for it. */
  queryRequest(server: RunningPeer, tenant: BenchTenant, path: string): SnapshotRequest;
}

/** The peer's newest version; a benchmark without its peers says nothing, so it fails. */
export async function newestPeer(name: PeerName): Promise<PeerFile> {
  const found = await findPeer(name, "sid");
  if ("missing" in found) throw new Error(found.missing);
  return found;
}

/** The command line's start, as published: compiled. */
export const gaugewayProgram = join(import.meta.dirname, "../../bin/gaugeway.js");

/** Us and the newest peers. */
export async function scrapingSystems(): Promise<readonly ScrapingSystem[]> {
  const prometheusFile = await newestPeer("prometheus");
  const victoriaMetricsFile = await newestPeer("victoriaMetrics");
  return [gaugeway, prometheus(prometheusFile), victoriaMetrics(victoriaMetricsFile)];
}

const clientSecret = "measure-the-whole-4711";

const gaugeway: ScrapingSystem = {
  name: "Gaugeway",
  start: ({ scrapeConfigs, dataFolder, tenants = [] }) =>
    startPeer({
      command: process.execPath,
      readyPath: "/-/ready",
      prepare: (folder, port) =>
        writeFile(
          join(folder, "gaugeway.yaml"),
          `server: {listen_address: "127.0.0.1:${port}"}
own_metrics: {listen_address: "127.0.0.1:0"}
control: {socket: "${join(folder, "control.sock")}"}
storage: {path: "${dataFolder ?? join(folder, "data")}"}
limits:
  client: {requests_per_second: 1000000, burst: 1000000, concurrent_max: 1000}
  tenant: {requests_per_second: 1000000, burst: 1000000, concurrent_max: 1000}
tenants: ${JSON.stringify(tenants.map(declaredTenant))}
${scrapeConfigs}`,
        ),
      args: (_port, folder) => [
        gaugewayProgram,
        "serve",
        "--config",
        join(folder, "gaugeway.yaml"),
      ],
    }),
  snapshotRequest: (server, tenant) => ({
    url: `${server.url}/metrics/v1`,
    headers: authorizationOf(tenant),
  }),
  queryRequest: (server, tenant, path) => ({
    url: `${server.url}${path}`,
    headers: { ...authorizationOf(tenant), accept: "application/json" },
  }),
};

function authorizationOf({ name }: BenchTenant): Record<string, string> {
  return { authorization: `Basic ${btoa(`client-of-${name}:${clientSecret}`)}` };
}

function declaredTenant({ name, selector }: BenchTenant): object {
  return {
    name,
    entitlement: { selectors: [selector] },
    clients: [
      {
        name: "bench",
        id: `client-of-${name}`,
        secret: clientSecret,
        scopes: ["metrics.read", "metrics.query"],
      },
    ],
  };
}

function prometheus(file: PeerFile): ScrapingSystem {
  return {
    name: `Prometheus ${file.version}`,
    start: ({ scrapeConfigs, dataFolder }) =>
      startPeer({
        command: file.path,
        readyPath: "/-/ready",
        prepare: (folder) => writeFile(join(folder, "prometheus.yml"), scrapeConfigs),
        args: (port, folder) => [
          `--config.file=${join(folder, "prometheus.yml")}`,
          `--storage.tsdb.path=${dataFolder ?? join(folder, "tsdb")}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
      }),
    snapshotRequest: federate,
    queryRequest: (server, _tenant, path) => ({
      url: `${server.url}${path}`,
      headers: { accept: "application/json" },
    }),
  };
}

function victoriaMetrics(file: PeerFile): ScrapingSystem {
  return {
    name: `VictoriaMetrics ${file.version}`,
    start: ({ scrapeConfigs, dataFolder }) =>
      startPeer({
        command: file.path,
        readyPath: "/health",
        prepare: (folder) => writeFile(join(folder, "scrape.yml"), scrapeConfigs),
        args: (port, folder) => [
          `-storageDataPath=${dataFolder ?? join(folder, "data")}`,
          `-httpListenAddr=127.0.0.1:${port}`,
          `-promscrape.config=${join(folder, "scrape.yml")}`,
          // Its default of 16 MB would refuse an exporter of a million series.
          "-promscrape.maxScrapeSize=1GiB",
        ],
      }),
    snapshotRequest: federate,
    // Its cache of answers would make the second run a look-up.
    queryRequest: (server, _tenant, path) => ({
      url: `${server.url}${path}&nocache=1`,
      headers: { accept: "application/json" },
    }),
  };
}

function federate(server: RunningPeer, tenant: BenchTenant): SnapshotRequest {
  const match = encodeURIComponent(tenant.selector);
  return { url: `${server.url}/federate?match[]=${match}`, headers: {} };
}
