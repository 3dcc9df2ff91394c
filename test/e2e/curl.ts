import type { SkipTest } from "../peers/index.ts";
import { runCommand } from "./gaugeway-server.ts";

/** What curl saw. */
export interface CurlAnswer {
  readonly status: number;
  /** Names in lower case; those that came more than once are joined. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Skips the test by name where the real program is missing. */
export async function curlOrSkip(skip: SkipTest): Promise<void> {
  const there = await runCommand("curl", ["--version"]).catch(() => null);
  if (there === null) skip("curl is not installed: apt-get install curl");
}

/** Runs the real curl with these arguments; fails where it does. */
export async function curl(...args: readonly string[]): Promise<CurlAnswer> {
  const run = await runCommand("curl", ["-sS", "-i", "--max-time", "60", ...args]);
  if (run.exitCode !== 0) throw new Error(`curl ended with ${run.exitCode}: ${run.stderr}`);
  const end = run.stdout.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = run.stdout.slice(0, end).split("\r\n");
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(colon + 1).trim();
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(statusLine.split(" ")[1]), headers, body: run.stdout.slice(end + 4) };
}
