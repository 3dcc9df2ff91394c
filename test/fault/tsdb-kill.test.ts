import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { equalHistograms, labelValue, SampleColumns } from "#model";
import { openStore, type StoreEvent } from "#tsdb";
import { taggedHistogram } from "./tagged-histogram.ts";

/**
 * What was acknowledged survives `kill -9` at any instant, and what was not is there as a whole or
 * not at all. A child appends, the parent kills it at a random instant, and after every few kills
 * opens the folder itself and checks each sample. Blocks are cut and merged all the while.
 *
 * GAUGEWAY_KILLS and GAUGEWAY_SEED change the number of kills and the instants.
 */
const KILLS = Number(process.env["GAUGEWAY_KILLS"] ?? 100);
const SEED = Number(process.env["GAUGEWAY_SEED"] ?? 1);
const KILLS_PER_CHECK = 10;
const SERIES_PER_BATCH = 10;
const START_MS = 1_800_000_000_000;
const BATCH_MS = 400;
const DAMAGE = ["head_salvaged", "commits_lost", "block_quarantined"];

/** A small generator with a seed (Mulberry32), so that a failure can be repeated as far as timing allows. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Run {
  readonly acknowledged: readonly number[];
  readonly damage: readonly string[];
}

async function runAndKill(path: string, first: number, aliveMs: number): Promise<Run> {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "test/fault/tsdb-kill-child.ts", path, `${first}`],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const acknowledged: number[] = [];
  const damage: string[] = [];
  const ready = Promise.withResolvers<void>();
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    if (line === "ready") ready.resolve();
    const number = /^acknowledged (\d+)$/.exec(line)?.[1];
    if (number !== undefined) acknowledged.push(Number(number));
    if (line.startsWith("damage")) damage.push(line);
  });
  const exited = once(child, "exit");
  // Killed while it opens, too: sometimes the child does not come as far as «ready».
  await Promise.race([ready.promise, exited, sleep(aliveMs < 20 ? 250 : 20_000)]);
  await sleep(aliveMs);
  child.kill("SIGKILL");
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  lines.close();
  return { acknowledged, damage };
}

/** Batch number → how many of its samples are there. */
async function storedBatches(path: string, nowMs: number): Promise<Map<number, number>> {
  const damage: StoreEvent[] = [];
  const found = new Map<number, number>();
  await using store = await openStore({
    path,
    clock: { nowMs: () => nowMs, monotonicMs: () => performance.now() },
    options: { blockDurationMs: 10_000, minFreeBytes: 0 },
    observer: (event) => {
      if (DAMAGE.includes(event.kind)) damage.push(event);
    },
  });
  const samples = new SampleColumns();
  const strange: number[] = [];
  for await (const series of store.select([], { minMs: -Infinity, maxMs: Infinity })) {
    samples.clear();
    series.read(samples);
    for (let i = 0; i < samples.length; i++) {
      const batch = (samples.values[i] as number) - 0.25;
      const rising = i === 0 || samples.timestampsMs[i - 1]! < samples.timestampsMs[i]!;
      const here = labelValue(series.labels, "era") === `${batch >> 9}`;
      const histogram = samples.histograms?.[i];
      const isFloat = Number(labelValue(series.labels, "id")) % 2 === 0;
      const isWhole =
        histogram === undefined
          ? isFloat
          : !isFloat && equalHistograms(histogram, taggedHistogram(batch + 0.25));
      if (!rising || !here || !isWhole) strange.push(batch);
      found.set(batch, (found.get(batch) ?? 0) + 1);
    }
  }
  expect(damage).toEqual([]);
  expect(strange, "batches with a sample in a wrong place").toEqual([]);
  return found;
}

test(`${KILLS} kills lose nothing that was acknowledged and tear no batch`, async () => {
  const path = mkdtempSync(join(tmpdir(), "gaugeway-kill-"));
  const random = randomOf(SEED);
  const acknowledged = new Set<number>();
  try {
    let next = 0;
    for (let kill = 1; kill <= KILLS; kill++) {
      const run = await runAndKill(path, next, Math.floor(random() ** 2 * 400));
      expect(run.damage).toEqual([]);
      for (const batch of run.acknowledged) acknowledged.add(batch);
      // Past everything that the child may have sent without hearing of it.
      next = Math.max(next, ...run.acknowledged) + 16;
      if (kill % KILLS_PER_CHECK !== 0 && kill !== KILLS) continue;
      const stored = await storedBatches(path, START_MS + next * BATCH_MS);
      const torn = Array.from(stored).filter(([, count]) => count !== SERIES_PER_BATCH);
      expect(torn, "batches that are there in part or twice").toEqual([]);
      const lost = Array.from(acknowledged).filter((batch) => !stored.has(batch));
      expect(lost, "acknowledged batches that are not there").toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * 10);
    // The kills met a store that cuts blocks, not only one that writes its log.
    expect(readdirSync(join(path, "blocks")).length).toBeGreaterThan(2);
  } finally {
    rmSync(path, { recursive: true });
  }
}, 300_000);
