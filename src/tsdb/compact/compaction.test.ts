import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labelsOfRecord, labelValue, SampleColumns } from "#model";
import { taggedHistogram } from "../../../test/fault/tagged-histogram.ts";
import type { BlockEvent } from "../block/block-observer.ts";
import { BLOCK_SET_DEFAULTS, type BlockSetOptions } from "../block/block-set-options.ts";
import { type BlockSet, openBlockSet } from "../block/block-set.ts";
import { type BlockSeries, writeBlock } from "../block/write-block.ts";
import { mergeBlocks } from "./merge-blocks.ts";
import { newBlockId } from "../block/block-meta.ts";

const HOUR_MS = 3_600_000;
let root = "";
let folder = "";
let events: BlockEvent[] = [];
let nowMs = 0;
let monotonicMs = 0;
const open: BlockSet[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-compact-"));
  folder = join(root, "blocks");
  mkdirSync(folder);
  events = [];
});
afterEach(async () => {
  for (const set of open.splice(0)) await set.close();
  rmSync(root, { recursive: true, force: true });
});

async function opened(options: Partial<BlockSetOptions> = {}): Promise<BlockSet> {
  const set = await openBlockSet({
    folder,
    clock: { nowMs: () => nowMs, monotonicMs: () => monotonicMs },
    options: { ...BLOCK_SET_DEFAULTS, retentionMs: null, ...options },
    observer: (event) => events.push(event),
  });
  open.push(set);
  return set;
}

/**
 * A block of three series with a sample a minute; the value says which block it came from. The last
 * one has a native histogram every other minute.
 */
async function write(fromHour: number, toHour: number, value: number): Promise<void> {
  const list: BlockSeries[] = ["a", "b", "c"].map((host) => {
    const samples = new SampleColumns();
    for (let timeMs = fromHour * HOUR_MS; timeMs < toHour * HOUR_MS; timeMs += 60_000) {
      samples.reserve(1);
      samples.timestampsMs[samples.length] = timeMs;
      if (host === "c" && timeMs % 120_000 === 0) {
        samples.setHistogram(samples.length, taggedHistogram(value));
      }
      samples.values[samples.length++] = value;
    }
    return { labels: labelsOfRecord({ __name__: "m", host }), metadata: null, samples };
  });
  await writeBlock(folder, list, { source: "head" });
}

async function contents(set: BlockSet): Promise<string> {
  const lines: string[] = [];
  for await (const series of set.select([], { minMs: -Infinity, maxMs: Infinity })) {
    const into = new SampleColumns();
    series.read(into);
    for (let i = 0; i < into.length; i++) {
      const histogram = into.histograms?.[i];
      expect(histogram !== undefined).toBe(
        labelValue(series.labels, "host") === "c" &&
          (into.timestampsMs[i] as number) % 120_000 === 0,
      );
      const buckets =
        histogram === undefined ? "" : JSON.stringify([histogram.count, histogram.positive]);
      lines.push(`${series.labels.join()} ${into.timestampsMs[i]} ${into.values[i]} ${buckets}`);
    }
  }
  expect(new Set(lines).size).toBe(lines.length);
  return lines.join("\n");
}

test("merges a finished range in its own thread; what is read stays the same", async () => {
  for (let i = 0; i < 4; i++) await write(i / 2, i / 2 + 0.6, i);
  await write(4, 4.5, 9);
  const set = await opened();
  const before = await contents(set);
  await set.maintain();
  expect(set.blocks()).toHaveLength(2);
  expect(readdirSync(folder)).toHaveLength(2);
  expect(set.blocks()[0]).toMatchObject({ source: "compaction", series: 3, minMs: 0 });
  expect(set.blocks()[0]?.parents).toHaveLength(4);
  expect(events.filter(({ kind }) => kind === "blocks_compacted")).toHaveLength(1);
  expect(await contents(set)).toBe(before);
  expect(await contents(await opened())).toBe(before);
});

test("killed between the child and the parents' deletion: the parents go at the next start", async () => {
  for (let i = 0; i < 3; i++) await write(i, i + 1.2, i);
  const before = await contents(await opened());
  const fileNames = readdirSync(folder);
  await mergeBlocks({ folder, fileNames, id: newBlockId(Date.now()) });
  expect(readdirSync(folder)).toHaveLength(4);
  const set = await opened();
  expect(readdirSync(folder)).toHaveLength(1);
  expect(await contents(set)).toBe(before);
});

test("a child that does not read back is set aside and the parents stay", async () => {
  for (let i = 0; i < 3; i++) await write(i, i + 1.2, i);
  const before = await contents(await opened());
  const fileNames = readdirSync(folder);
  await mergeBlocks({ folder, fileNames, id: newBlockId(Date.now()) });
  const child = readdirSync(folder).find((name) => !fileNames.includes(name)) as string;
  writeFileSync(join(folder, child), "no database");
  const set = await opened();
  expect(readdirSync(folder).toSorted()).toEqual(fileNames.toSorted());
  expect(readdirSync(join(root, "quarantine"))).toEqual([child]);
  expect(await contents(set)).toBe(before);
});

test("age deletes only after the clock has been steady, and by the newest sample", async () => {
  nowMs = 100 * HOUR_MS;
  monotonicMs = 0;
  for (const hour of [0, 50, 99]) await write(hour, hour + 0.5, 1);
  const options = { retentionMs: 60 * HOUR_MS, clockSteadyMs: HOUR_MS, compactionRangesMs: [] };
  const set = await opened(options);
  await set.maintain();
  expect(set.blocks()).toHaveLength(3);
  // A jump of ten years: nothing may go, now or for the next hour.
  nowMs += 87_600 * HOUR_MS;
  await set.maintain();
  expect(events.at(-1)).toMatchObject({ kind: "clock_unsteady" });
  monotonicMs += HOUR_MS - 1;
  nowMs += HOUR_MS - 1;
  await set.maintain();
  expect(set.blocks()).toHaveLength(3);
  monotonicMs += 1;
  nowMs += 1;
  await set.maintain();
  expect(set.blocks().map(({ minMs }) => minMs / HOUR_MS)).toEqual([50, 99]);
});

test("size deletes the oldest", async () => {
  for (const hour of [0, 50, 99]) await write(hour, hour + 0.5, 1);
  const bytes = (await opened()).blocks().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const set = await opened({ retentionBytes: bytes - 1, compactionRangesMs: [] });
  await set.maintain();
  expect(set.blocks().map(({ minMs }) => minMs / HOUR_MS)).toEqual([50, 99]);
});
