import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findPeer, type PeerName } from "../../test/peers/index.ts";

const run = promisify(execFile);
const CONNECTIONS = 50;

/** What came of one stretch of load. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
}

export interface LoadFactory {
  /** Fails where any answer is no success. */
  load(url: string, seconds: number): Promise<Load>;
}

/** wrk, with the library that it needs. */
export async function loadFactory(): Promise<LoadFactory> {
  const wrk = await pathOf("wrk");
  const library = await pathOf("luajitLibrary");
  const folders = readdirSync(library).map((name) => join(library, name));
  const env = { ...process.env, LD_LIBRARY_PATH: folders.join(":") };
  return {
    async load(url, seconds) {
      const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", url];
      const { stdout } = await run(wrk, args, { env, timeout: (seconds + 30) * 1000 });
      return readReport(stdout);
    },
  };
}

async function pathOf(name: PeerName): Promise<string> {
  const file = await findPeer(name, "bookworm");
  if ("missing" in file) throw new Error(file.missing);
  return file.path;
}

const UNIT_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

function readReport(report: string): Load {
  const bad = /Non-2xx.*|Socket errors.*/.exec(report)?.[0];
  if (bad !== undefined) throw new Error(`wrk: ${bad}`);
  const [, p99 = "", unit = ""] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(report) ?? [];
  return {
    requests: Number(/(\d+) requests in/.exec(report)?.[1]),
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    p99Ms: Number(p99) * (UNIT_MS[unit] ?? Number.NaN),
  };
}
