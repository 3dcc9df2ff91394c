import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  findPeer,
  type PeerFile,
  type PeerName,
  type RunningPeer,
  startPeer,
  startPrometheus,
  startVictoriaMetrics,
} from "../../test/peers/index.ts";

/** A server under measurement that scrapes by `scrape_configs` in Prometheus' syntax. */
export interface ScrapingSystem {
  readonly name: string;
  start(scrapeConfigs: string): Promise<RunningPeer>;
}

/** The peer's newest version; a benchmark without its peers says nothing, so it fails. */
export async function newestPeer(name: PeerName): Promise<PeerFile> {
  const found = await findPeer(name, "sid");
  if ("missing" in found) throw new Error(found.missing);
  return found;
}

/** Ourselves as published: compiled, in a process of its own. */
export function startGaugeway(configText: string, dataFolder?: string): Promise<RunningPeer> {
  return startPeer({
    command: process.execPath,
    readyPath: "/-/ready",
    prepare: (folder, port) =>
      writeFile(
        join(folder, "gaugeway.yaml"),
        `server: {listen_address: "127.0.0.1:${port}"}
own_metrics: {listen_address: "127.0.0.1:0"}
storage: {path: "${dataFolder ?? join(folder, "data")}"}
${configText}`,
      ),
    args: (_port, folder) => [
      join(import.meta.dirname, "../../bin/gaugeway.js"),
      "serve",
      "--config",
      join(folder, "gaugeway.yaml"),
    ],
  });
}

/** Us and the newest peers. */
export async function scrapingSystems(): Promise<readonly ScrapingSystem[]> {
  const prometheus = await newestPeer("prometheus");
  const victoriaMetrics = await newestPeer("victoriaMetrics");
  return [
    { name: "Gaugeway", start: (configs) => startGaugeway(configs) },
    {
      name: `Prometheus ${prometheus.version}`,
      start: (configs) => startPrometheus(prometheus, configs),
    },
    {
      name: `VictoriaMetrics ${victoriaMetrics.version}`,
      start: (configs) => startVictoriaMetrics(victoriaMetrics, configs),
    },
  ];
}
