import { resolve } from "node:path";
import { expect } from "vitest";
import { type RunningPeer, startPeer } from "../peers/index.ts";

/** Where a demo runs. */
export interface DemoPlace {
  readonly data: string;
  readonly port: number;
  readonly ownMetricsPort: number;
}

/** How the program is started: from source unless told otherwise. */
export interface DemoProgram {
  readonly command: string;
  readonly args: readonly string[];
}

const fromSource: DemoProgram = {
  command: process.execPath,
  args: ["--conditions=source", resolve("src/cli/main.ts")],
};

export async function startDemo(
  { data, port, ownMetricsPort }: DemoPlace,
  program = fromSource,
): Promise<RunningPeer> {
  const ports = ["--port", String(port), "--own-metrics-port", String(ownMetricsPort)];
  return await startPeer({
    command: program.command,
    port,
    readyPath: "/-/ready",
    args: () => [...program.args, "demo", "--data", data, ...ports],
  });
}

/** The lines that are meant to be pasted, once all have been printed. */
export async function printedCommands(demo: RunningPeer): Promise<readonly string[]> {
  await expect.poll(() => demo.log()).toContain("Ctrl-C stops it");
  return demo.log().match(/^curl .*$/gm) ?? [];
}
