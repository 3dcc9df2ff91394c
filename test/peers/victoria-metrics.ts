import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerFile } from "./catalogue.ts";
import { type RunningPeer, startPeer } from "./peer-process.ts";

/** A single-node VictoriaMetrics; `scrapeConfig` in Prometheus' syntax where it shall scrape. */
export function startVictoriaMetrics(
  binary: PeerFile,
  scrapeConfig: string | null = null,
  flags: readonly string[] = [],
): Promise<RunningPeer> {
  return startPeer({
    command: binary.path,
    readyPath: "/health",
    prepare: (folder) =>
      writeFile(join(folder, "scrape.yml"), scrapeConfig ?? "scrape_configs: []\n"),
    args: (port, folder) => [
      `-storageDataPath=${join(folder, "data")}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      `-promscrape.config=${join(folder, "scrape.yml")}`,
      ...flags,
    ],
  });
}
