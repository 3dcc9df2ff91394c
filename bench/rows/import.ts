import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { queryVector, type RunningPeer } from "../../test/peers/index.ts";
import { type HistoryFile, historyFile } from "../data/history-file.ts";
import { cpuSeconds } from "../process-usage.ts";
import { type BenchRow, compare, median } from "../row.ts";
import { post } from "../systems/load-history.ts";
import { gaugewayProgram, newestPeer, scrapingSystems } from "../systems/systems.ts";

interface ImportRun {
  readonly seconds: number;
  readonly cpu: number;
  readonly bytesPerSample: number;
}

const rounds = 3;
const historyHours = 6;

/** How fast history comes in, and what it takes on disk once it is there. */
export const importRow: BenchRow = {
  name: "import",
  description: `7.2 million samples (5,000 series, ${historyHours} h at 15 s) as OpenMetrics text: \`gaugeway import openmetrics\`, \`promtool tsdb create-blocks-from openmetrics\`, VictoriaMetrics' /api/v1/import/prometheus until a query sees them all; median of ${rounds}; bytes on disk with the index, after VictoriaMetrics' final merge`,
  async run(log) {
    const file = await historyFile(join(import.meta.dirname, "../../.cache/bench"), historyHours);
    const promtool = await newestPeer("promtool");
    const importers: Record<string, (folder: string) => Promise<ImportRun>> = {
      Gaugeway: (folder) =>
        runProgram(file, folder, [
          process.execPath,
          gaugewayProgram,
          "import",
          "openmetrics",
          file.path,
          "--data",
          folder,
        ]),
      [`promtool ${promtool.version}`]: (folder) =>
        runProgram(file, folder, [
          promtool.path,
          "tsdb",
          "create-blocks-from",
          "--max-block-duration=24h",
          "openmetrics",
          file.path,
          folder,
        ]),
      VictoriaMetrics: (folder) => importToVictoriaMetrics(file, folder),
    };
    const runs = new Map<string, ImportRun>();
    for (const [system, run] of Object.entries(importers)) {
      runs.set(system, await medianRun(run));
      log(`${system}: ${JSON.stringify(runs.get(system))}`);
    }
    return [
      compare(runs, { what: "import", unit: "s", goal: "below VictoriaMetrics" }, (r) => r.seconds),
      compare(runs, { what: "import: CPU", unit: "s", goal: "lowest" }, (r) => r.cpu),
      compare(
        runs,
        { what: "disk, index included", unit: "B/sample", goal: "below Prometheus" },
        (r) => r.bytesPerSample,
      ),
    ];
  },
};

async function medianRun(run: (folder: string) => Promise<ImportRun>): Promise<ImportRun> {
  const all: ImportRun[] = [];
  for (let round = 0; round < rounds; round++) {
    const folder = await mkdtemp(join(tmpdir(), "gaugeway-bench-"));
    try {
      all.push(await run(folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return {
    seconds: median(all.map((r) => r.seconds)),
    cpu: median(all.map((r) => r.cpu)),
    bytesPerSample: median(all.map((r) => r.bytesPerSample)),
  };
}

async function runProgram(
  file: HistoryFile,
  folder: string,
  [command, ...args]: readonly [string, ...string[]],
): Promise<ImportRun> {
  const startedMs = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  const failure = text(child.stderr);
  const cpu = await cpuUntilExit(child);
  if (child.exitCode !== 0) throw new Error(`${command} failed:\n${await failure}`);
  const seconds = (performance.now() - startedMs) / 1000;
  return { seconds, cpu, bytesPerSample: (await folderBytes(folder)) / file.samples };
}

/** Looks 50 times a second, since /proc forgets a process when it ends. */
async function cpuUntilExit(child: ChildProcess): Promise<number> {
  let cpu = 0;
  const look = (): void => {
    if (child.exitCode === null && child.pid !== undefined) cpu = cpuSeconds(child.pid);
  };
  const timer = setInterval(look, 20);
  try {
    await once(child, "exit");
  } finally {
    clearInterval(timer);
  }
  return cpu;
}

async function importToVictoriaMetrics(file: HistoryFile, folder: string): Promise<ImportRun> {
  const systems = await scrapingSystems();
  const victoriaMetrics = systems.find(({ name }) => name.startsWith("VictoriaMetrics"));
  if (victoriaMetrics === undefined) throw new Error("VictoriaMetrics is not among the systems");
  let run: Omit<ImportRun, "bytesPerSample">;
  {
    await using server = await victoriaMetrics.start({
      scrapeConfigs: "scrape_configs: []\n",
      dataFolder: folder,
    });
    const cpuBefore = cpuSeconds(server.pid);
    const startedMs = performance.now();
    await post(`${server.url}/api/v1/import/prometheus`, file.path);
    await untilQueryable(server, file);
    run = {
      seconds: (performance.now() - startedMs) / 1000,
      cpu: cpuSeconds(server.pid) - cpuBefore,
    };
    await mergeAll(server);
  }
  // The index is in there too; what lies beside it are caches.
  const bytes = await folderBytes(join(folder, "data"));
  return { ...run, bytesPerSample: bytes / file.samples };
}

async function untilQueryable(server: RunningPeer, file: HistoryFile): Promise<void> {
  const rangeSeconds = file.endSeconds - file.startSeconds + 60;
  for (let looks = 0; looks < 50; looks++) {
    await fetch(`${server.url}/internal/force_flush`);
    const [count] = await queryVector(
      server.url,
      `sum(count_over_time({__name__=~"bench_.+"}[${rangeSeconds}s] @ ${file.endSeconds + 1}))`,
    );
    if (Number(count?.value[1]) === file.samples) return;
  }
  throw new Error("VictoriaMetrics does not show all imported samples");
}

/** The merge runs behind the request that asks for it. */
async function mergeAll(server: RunningPeer): Promise<void> {
  await fetch(`${server.url}/internal/force_merge`);
  for (let looks = 0; looks < 300; looks++) {
    await sleep(100);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    if (/^vm_active_force_merges 0$/m.test(metrics)) return;
  }
  throw new Error("VictoriaMetrics does not end its merge");
}

async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
