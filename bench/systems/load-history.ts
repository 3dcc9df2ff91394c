import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { gaugewayProgram, newestPeer, type ScrapingSystem } from "./systems.ts";

/** Fills a data folder for the system with the file, unless that has been done before. */
export async function loadHistory(
  system: ScrapingSystem,
  path: string,
  folder: string,
): Promise<void> {
  if (existsSync(folder)) return;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  if (system.name === "Gaugeway") {
    const args = ["import", "openmetrics", path, "--data", part];
    await run(process.execPath, [gaugewayProgram, ...args]);
  } else if (system.name.startsWith("Prometheus")) {
    const promtool = await newestPeer("promtool");
    const args = ["--max-block-duration=24h", "openmetrics", path, part];
    await run(promtool.path, ["tsdb", "create-blocks-from", ...args]);
  } else {
    await using server = await system.start({
      scrapeConfigs: "scrape_configs: []\n",
      dataFolder: part,
    });
    await post(`${server.url}/api/v1/import/prometheus`, path);
    await fetch(`${server.url}/internal/force_flush`);
    await fetch(`${server.url}/internal/force_merge`);
  }
  await rename(part, folder);
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const failure = text(child.stderr);
  await once(child, "exit");
  if (child.exitCode !== 0) throw new Error(`${command} failed:\n${await failure}`);
}

/** Streams a file to an endpoint that answers 204. */
export async function post(url: string, path: string): Promise<void> {
  const sent = request(url, { method: "POST" });
  const status = new Promise<number | undefined>((done, failed) => {
    sent.once("response", (answer) => {
      answer.resume();
      answer.once("end", () => done(answer.statusCode));
    });
    sent.once("error", failed);
  });
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sent);
  if ((await status) !== 204) throw new Error(`${url} answered ${await status}`);
}
