import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PeerFile } from "./catalogue.ts";
import { type RunningPeer, startPeer } from "./peer-process.ts";

/** A Prometheus server with the given configuration file and additional flags. */
export async function startPrometheus(
  binary: PeerFile,
  config: string,
  flags: readonly string[] = [],
): Promise<RunningPeer> {
  return startPeer({
    command: binary.path,
    readyPath: "/-/ready",
    prepare: (folder) => writeFile(join(folder, "prometheus.yml"), config),
    args: (port, folder) => [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "tsdb")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
  });
}

/** One element of an instant query's vector. */
export interface VectorElement {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [timestampSeconds: number, value: string];
}

/** Runs an instant query; fails on anything but a vector. */
export async function queryVector(
  prometheusUrl: string,
  query: string,
): Promise<readonly VectorElement[]> {
  const body = new URLSearchParams({ query });
  const answer = await fetch(`${prometheusUrl}/api/v1/query`, { method: "POST", body });
  const parsed = (await answer.json()) as {
    status: string;
    error?: string;
    data?: { resultType: string; result: VectorElement[] };
  };
  if (parsed.data?.resultType !== "vector") throw new Error(`${query}: ${parsed.error}`);
  return parsed.data.result;
}
