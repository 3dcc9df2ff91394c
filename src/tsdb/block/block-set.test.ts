import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatLabels, labelsOfRecord, type Matcher, SampleColumns, type TimeRange } from "#model";
import { ByteWriter } from "../chunk/byte-writer.ts";
import type { BlockEvent } from "./block-observer.ts";
import { openRecord, sealRecord } from "./block-record.ts";
import { BLOCK_SET_DEFAULTS } from "./block-set-options.ts";
import { type BlockSet, openBlockSet } from "./block-set.ts";
import { META_KEY } from "./series-index-writer.ts";
import { readText, writeText } from "./text-field.ts";
import { type BlockSeries, writeBlock } from "./write-block.ts";

let root = "";
let folder = "";
let events: BlockEvent[] = [];
let set: BlockSet | null = null;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-blocks-"));
  folder = join(root, "blocks");
  events = [];
});
afterEach(async () => {
  await set?.close();
  set = null;
  rmSync(root, { recursive: true, force: true });
});

async function opened(): Promise<BlockSet> {
  return (set = await openBlockSet({
    folder,
    clock: { nowMs: () => 0, monotonicMs: () => 0 },
    options: BLOCK_SET_DEFAULTS,
    observer: (event) => events.push(event),
  }));
}

type Points = readonly (readonly [timeMs: number, value: number])[];

function series(record: Record<string, string>, points: Points): BlockSeries {
  const samples = new SampleColumns(points.length);
  for (const [timeMs, value] of points) {
    samples.timestampsMs[samples.length] = timeMs;
    samples.values[samples.length++] = value;
  }
  const family = (record["__name__"] ?? "").replace(/_total$/, "");
  const metadata = { family, type: "counter", help: `about ${family}`, unit: "" } as const;
  return { labels: labelsOfRecord(record), metadata, samples };
}

const ALL: TimeRange = { minMs: -Infinity, maxMs: Infinity };

async function read(matchers: readonly Matcher[], range = ALL): Promise<Record<string, Points>> {
  const result: Record<string, Points> = {};
  for await (const selected of (set as BlockSet).select(matchers, range)) {
    const into = new SampleColumns(1);
    selected.read(into);
    result[formatLabels(selected.labels)] = Array.from({ length: into.length }, (_, i) => [
      into.timestampsMs[i] as number,
      into.values[i] as number,
    ]);
  }
  return result;
}

const matcher = (name: string, operator: Matcher["operator"], value: string): Matcher => ({
  name,
  operator,
  value,
});

async function values(...matchers: Matcher[]): Promise<number[]> {
  return Object.values(await read(matchers)).map((points) => points[0]?.[1] ?? NaN);
}

test("gives back what was written, by every kind of matcher", async () => {
  await writeBlock(
    folder,
    [
      series({ __name__: "a_total", job: "x" }, [[1, 1]]),
      series({ __name__: "a_total", job: "y", zone: "é" }, [[1, 2]]),
      series({ __name__: "b_total", job: "x", zone: "z" }, [[1, 3]]),
      series({ __name__: "c_total" }, [[1, 4]]),
    ],
    { source: "head" },
  );
  await opened();
  expect(await values()).toEqual([1, 2, 3, 4]);
  expect(await values(matcher("job", "=", "x"))).toEqual([1, 3]);
  expect(await values(matcher("job", "=", "q"))).toEqual([]);
  expect(await values(matcher("job", "!=", "x"))).toEqual([2, 4]);
  expect(await values(matcher("job", "=", ""))).toEqual([4]);
  expect(await values(matcher("job", "!=", ""))).toEqual([1, 2, 3]);
  expect(await values(matcher("none", "=", ""))).toEqual([1, 2, 3, 4]);
  expect(await values(matcher("none", "!=", ""))).toEqual([]);
  expect(await values(matcher("none", "=", "x"))).toEqual([]);
  expect(await values(matcher("zone", "=", "é"))).toEqual([2]);
  expect(await values(matcher("__name__", "=~", "[ab]_.*"))).toEqual([1, 2, 3]);
  expect(await values(matcher("zone", "=~", "z|"))).toEqual([1, 3, 4]);
  expect(await values(matcher("job", "=~", "y|x|q"))).toEqual([1, 2, 3]);
  expect(await values(matcher("job", "!~", "y|q"))).toEqual([1, 3, 4]);
  expect(await values(matcher("__name__", "=~", "b_t.+"))).toEqual([3]);
  expect(await values(matcher("__name__", "!~", "a_.*"))).toEqual([3, 4]);
  expect(await values(matcher("job", "!~", ".+"))).toEqual([4]);
  expect(await values(matcher("zone", "!~", "z|"))).toEqual([2]);
  expect(await values(matcher("zone", "!~", "z"))).toEqual([1, 2, 4]);
  const two = [matcher("job", "=", "x"), matcher("__name__", "!=", "a_total")];
  expect(await values(...two)).toEqual([3]);
});

test("keeps metadata, and selects by time", async () => {
  const points: Points = Array.from({ length: 1000 }, (_, i) => [i * 15_000, i % 7]);
  await writeBlock(folder, [series({ __name__: "a_total" }, points)], { source: "head" });
  await opened();
  for await (const { metadata } of (set as BlockSet).select([], ALL)) {
    expect(metadata).toEqual({ family: "a", type: "counter", help: "about a", unit: "" });
  }
  const part = await read([], { minMs: 300 * 15_000 - 1, maxMs: 700 * 15_000 });
  expect(part).toEqual({ a_total: points.slice(300, 701) });
  expect(await read([], { minMs: 1e9, maxMs: 2e9 })).toEqual({});
});

async function writeImport(list: BlockSeries[]): Promise<void> {
  await writeBlock(folder, list, { source: "import" });
}

test("merges overlapping blocks: no doubles, the one written later counts", async () => {
  const name = { __name__: "a_total" };
  await writeImport([
    series(name, [
      [10, 1],
      [20, 2],
      [40, 4],
    ]),
    series({ __name__: "z_total" }, [[5, 5]]),
  ]);
  await writeImport([
    series({ __name__: "0_total" }, [[30, 9]]),
    series(name, [
      [20, 22],
      [30, 3],
    ]),
  ]);
  await writeImport([
    series(name, [
      [60, 6],
      [70, 7],
    ]),
  ]);
  await opened();
  expect(await read([])).toEqual({
    "0_total": [[30, 9]],
    a_total: [
      [10, 1],
      [20, 22],
      [30, 3],
      [40, 4],
      [60, 6],
      [70, 7],
    ],
    z_total: [[5, 5]],
  });
});

test("a block without samples is none", async () => {
  expect(await writeBlock(folder, [series({ __name__: "a" }, [])], { source: "head" })).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

test("takes in blocks that others write, and lets go of deleted ones", async () => {
  await opened();
  const meta = await writeBlock(folder, [series({ __name__: "a" }, [[1, 1]])], {
    source: "import",
  });
  expect(await read([])).toEqual({});
  await set?.rescan();
  expect(await read([])).toEqual({ a: [[1, 1]] });
  expect(set?.blocks()).toMatchObject([{ id: meta?.id, series: 1, samples: 1, source: "import" }]);
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  await set?.rescan();
  expect(await read([])).toEqual({});
});

/** The block's own description, changed as by a writer of another version. */
function rewriteVersion(fileName: string, version: number): void {
  const database = new DatabaseSync(join(folder, fileName));
  const row = database.prepare("SELECT data FROM meta WHERE key = ?").get(META_KEY);
  const meta = JSON.parse(
    readText(openRecord(row?.["data"] as Uint8Array, "meta", META_KEY)),
  ) as object;
  const record = new ByteWriter();
  writeText(JSON.stringify({ ...meta, version }), record);
  sealRecord(record, "meta", META_KEY);
  database.prepare("UPDATE meta SET data = ? WHERE key = ?").run(record.written(), META_KEY);
  database.close();
}

test("reads blocks of version 1; of a later version it asks for the newer program, and harms none", async () => {
  const meta = await writeBlock(folder, [series({ __name__: "a" }, [[1, 1]])], { source: "head" });
  const [fileName = ""] = readdirSync(folder);
  expect(meta?.version).toBe(2);
  rewriteVersion(fileName, 1);
  await opened();
  expect(await read([])).toEqual({ a: [[1, 1]] });
  rewriteVersion(fileName, 3);
  await expect(opened()).rejects.toMatchObject({ code: "data_folder_newer" });
  expect(readdirSync(folder)).toEqual([fileName]);
});
