import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Suite, unpackedPackage } from "./package-cache.ts";

/** Programs and libraries that others wrote and that we are tested and measured against. */
const packages = {
  prometheus: { packageName: "prometheus", file: "usr/bin/prometheus" },
  promtool: {
    packageName: "prometheus",
    file: "usr/bin/promtool",
    /** Newer suites have it in a package of its own. */
    splitPackageName: "promtool",
  },
  nodeExporter: {
    packageName: "prometheus-node-exporter",
    file: "usr/bin/prometheus-node-exporter",
  },
  pushgateway: { packageName: "prometheus-pushgateway", file: "usr/bin/prometheus-pushgateway" },
  victoriaMetrics: { packageName: "victoria-metrics", file: "usr/bin/victoria-metrics" },
  vmagent: { packageName: "victoria-metrics", file: "usr/bin/vmagent" },
  influxdb: { packageName: "influxdb", file: "usr/bin/influxd" },
  influx: { packageName: "influxdb-client", file: "usr/bin/influx" },
  nginx: { packageName: "nginx", file: "usr/sbin/nginx" },
  /** A load generator. */
  wrk: { packageName: "wrk", file: "usr/bin/wrk" },
  /** What wrk is linked with. */
  luajitLibrary: { packageName: "libluajit-5.1-2", file: "usr/lib" },
  pythonPrometheusClient: {
    packageName: "python3-prometheus-client",
    file: "usr/lib/python3/dist-packages",
  },
} as const;

export type PeerName = keyof typeof packages;

/** Where a peer's file lies, and which version it is. */
export interface PeerFile {
  readonly path: string;
  readonly version: string;
}

/** What a Vitest test gives to say that it cannot run here. */
export type SkipTest = (reason?: string) => never;

/**
 * The peer, downloaded on first use. Where it cannot be had the test is skipped by name; under CI
 * that is a failure, since CI never skips.
 */
export async function peerOrSkip(name: PeerName, suite: Suite, skip: SkipTest): Promise<PeerFile> {
  const found = await findPeer(name, suite);
  if (!("missing" in found)) return found;
  if (process.env["CI"] === "true") throw new Error(found.missing);
  return skip(found.missing);
}

/** The same for benchmarks and scripts. */
export async function findPeer(
  name: PeerName,
  suite: Suite,
): Promise<PeerFile | { missing: string }> {
  const { packageName, file, ...rest } = packages[name];
  let unpacked = await unpackedPackage(suite, packageName);
  if ("missing" in unpacked) return unpacked;
  if ("splitPackageName" in rest && !existsSync(join(unpacked.folder, file))) {
    unpacked = await unpackedPackage(suite, rest.splitPackageName);
    if ("missing" in unpacked) return unpacked;
  }
  return {
    path: join(unpacked.folder, file),
    version: readFileSync(join(unpacked.folder, "VERSION"), "utf8"),
  };
}
