/**
 * A process is killed (SIGKILL) at seeded instants while it writes, merges and imports blocks. What
 * was reported as durable is there, whole and once; what was not is there whole or not at all.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { BlockEvent } from "../../src/tsdb/block/block-observer.ts";
import {
  BLOCK_MINUTES,
  expectedOf,
  openSampleSet,
  readAll,
  SERIES,
  valueAt,
  writeSampleBlock,
} from "./blocks-sample-data.ts";

const CHILD = new URL("./blocks-kill-child.ts", import.meta.url).pathname;

let root = "";
let folder = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-blocks-kill-"));
  folder = join(root, "blocks");
  mkdirSync(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the child and kills it `afterMs` after the `signal`-th line, unless it ends before. */
async function runAndKill(args: readonly string[], afterMs: number, signal = 0): Promise<string[]> {
  const child = spawn(process.execPath, ["--conditions=source", CHILD, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  const timeout = new AbortController();
  reader.on("line", (line) => {
    if (lines.push(line) - 1 !== signal) return;
    void sleep(afterMs, undefined, { signal: timeout.signal }).then(
      () => child.kill("SIGKILL"),
      () => {},
    );
  });
  await Promise.all([exited, once(reader, "close")]);
  timeout.abort();
  return lines;
}

async function contents(): Promise<Map<string, string>> {
  const events: BlockEvent[] = [];
  const set = await openSampleSet(folder, (event) => events.push(event));
  try {
    const found = await readAll(set);
    expect(events.filter(({ kind }) => kind === "block_quarantined")).toEqual([]);
    return found;
  } finally {
    await set.close();
  }
}

test("killed while writing: every reported block is whole, no half one is left", async () => {
  let next = 0;
  for (let round = 0; round < 8; round++) {
    const lines = await runAndKill(["write", folder, String(next)], (round * 13) % 50, round % 3);
    const reported = lines.filter((line) => line.startsWith("written")).length;
    await contents();
    const files = readdirSync(folder);
    expect(files.filter((name) => !name.endsWith(".db"))).toEqual([]);
    // The last block may have become durable without the word having got through.
    expect([next + reported, next + reported + 1]).toContain(files.length);
    next = files.length;
    const blocks = Array.from({ length: next }, (_, block) => block);
    expect(await contents()).toEqual(expectedOf(blocks));
  }
  expect(next).toBeGreaterThan(0);
}, 60_000);

test("killed while merging: nothing lost, nothing twice", async () => {
  const blocks = Array.from({ length: 30 }, (_, block) => block);
  for (const block of blocks) await writeSampleBlock(folder, block);
  const expected = expectedOf(blocks);
  let killed = 0;
  let finished = false;
  for (let round = 0; !finished && round < 60; round++) {
    const lines = await runAndKill(["compact", folder], 60 + 30 * round, (round * 3) % 4);
    expect(lines).not.toContain("block_quarantined");
    expect(lines).not.toContain("compaction_failed");
    finished = lines.includes("finished");
    if (!finished) killed++;
    expect(await contents()).toEqual(expected);
  }
  expect(finished).toBe(true);
  expect(killed).toBeGreaterThan(0);
  expect(await contents()).toEqual(expected);
  expect(readdirSync(folder).length).toBeLessThan(10);
}, 120_000);

test("killed while importing: goes on, and in the end each sample is there once", async () => {
  const input = join(root, "input.om");
  const minutes = BLOCK_MINUTES * 20;
  const lines = ["# TYPE m gauge"];
  for (let minute = 0; minute < minutes; minute++) {
    for (let series = 0; series < SERIES; series++) {
      lines.push(`m{series="${series}"} ${valueAt(series, minute)} ${minute * 60}`);
    }
  }
  writeFileSync(input, `${lines.join("\n")}\n# EOF\n`);
  let killed = 0;
  let output: string[] = [];
  for (let round = 0; round < 30 && !output.includes("finished"); round++) {
    output = await runAndKill(["import", root, input], 40 + round * 40);
    if (!output.includes("finished")) killed++;
  }
  expect(output).toContain("finished");
  expect(killed).toBeGreaterThan(0);
  const found = await contents();
  expect(found.size).toBe(SERIES);
  for (let series = 0; series < SERIES; series++) {
    const samples = Array.from(
      { length: minutes },
      (_, minute) => `${minute * 60_000} ${valueAt(series, minute)}`,
    );
    expect(found.get(`m{series="${series}"}`)).toBe(samples.join("\n"));
  }
  expect(await runAndKill(["import", root, input], 60_000)).toContain("resumed from 0");
}, 120_000);
