import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { labelsOfRecord, SampleColumns } from "#model";
import { newBlockId } from "../block/block-meta.ts";
import { writeBlock } from "../block/write-block.ts";
import { mergeBlocks } from "../compact/merge-blocks.ts";
import { openStore } from "../store/open-store.ts";
import { backupStore } from "./backup-store.ts";
import { copyBlocks } from "./copy-blocks.ts";

let root = "";
let dataFolder = "";
let targetFolder = "";
let blocks = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-backup-"));
  dataFolder = join(root, "data");
  targetFolder = join(root, "copies", "copy");
  blocks = join(dataFolder, "blocks");
  mkdirSync(blocks, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function write(minMs: number): Promise<string> {
  const samples = new SampleColumns();
  samples.timestampsMs.set([minMs, minMs + 1]);
  samples.length = 2;
  const labels = labelsOfRecord({ __name__: "m" });
  const before = readdirSync(blocks);
  await writeBlock(blocks, [{ labels, metadata: null, samples }], { source: "head" });
  return readdirSync(blocks).find((name) => !before.includes(name)) as string;
}

const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };

test("an open store's copy holds what was acknowledged, and starts", async () => {
  await write(1000);
  const store = await openStore({ path: dataFolder, clock });
  const ref = store.ensureSeries(labelsOfRecord({ __name__: "live" }));
  const nowMs = Date.now();
  await store.append({
    length: 1,
    refs: Uint32Array.of(ref),
    timestampsMs: Float64Array.of(nowMs),
    values: Float64Array.of(42),
  });
  const outcome = await backupStore({
    dataFolder,
    targetFolder,
    copyHead: (folder) => store.backupHead(folder),
  });
  await store.close();
  expect(outcome).toMatchObject({ blocks: 1, databases: ["head.db"], damaged: [] });
  await using copy = await openStore({ path: targetFolder, clock });
  const found: string[] = [];
  for await (const series of copy.select([], { minMs: 0, maxMs: nowMs })) {
    const into = new SampleColumns();
    series.read(into);
    found.push(`${series.labels.join()} ${into.values[0]} ${into.length}`);
  }
  expect(found).toEqual(["__name__,live 42 1", "__name__,m 0 2"]);
});

test("a closed store is copied directly; other databases come along while they are written to", async () => {
  await (await openStore({ path: dataFolder, clock })).close();
  const access = new DatabaseSync(join(dataFolder, "access.db"));
  access.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
  const items = new Set<string>();
  const outcome = await backupStore({
    dataFolder,
    targetFolder,
    onProgress: ({ item }) => {
      items.add(item);
      access.exec("INSERT INTO t VALUES (2)");
    },
  });
  access.close();
  expect(outcome.databases).toEqual(["head.db", "access.db"]);
  const copy = new DatabaseSync(join(targetFolder, "access.db"));
  expect(Number(copy.prepare("SELECT count(*) AS n FROM t").get()?.["n"])).toBeGreaterThan(0);
  copy.close();
  expect(readdirSync(join(root, "copies"))).toEqual(["copy"]);
});

test("says that the running server must be asked when it holds the head", async () => {
  await using _store = await openStore({ path: dataFolder, clock });
  await expect(backupStore({ dataFolder, targetFolder })).rejects.toMatchObject({
    code: "backup_busy",
  });
  expect(existsSync(targetFolder)).toBe(false);
  expect(readdirSync(join(root, "copies"))).toEqual([]);
});

test("blocks merged while they are copied: the child replaces its parents in the copy", async () => {
  const parents = [await write(1), await write(2), await write(3)];
  const target = join(root, "target");
  mkdirSync(target);
  let merging: Promise<void> | null = null;
  const outcome = await copyBlocks(blocks, target, () => {
    merging ??= mergeBlocks({
      folder: blocks,
      fileNames: parents,
      id: newBlockId(Date.now()),
    }).then(() => parents.forEach((name) => rmSync(join(blocks, name))));
  });
  await (merging ?? Promise.reject(new Error("nothing was merged meanwhile")));
  const copied = readdirSync(target);
  const now = readdirSync(blocks);
  // Whatever moment was caught, it is one in which every sample is there.
  expect(outcome.blocks).toBe(copied.length);
  expect(parents.every((name) => copied.includes(name)) || copied.join() === now.join()).toBe(true);
});

test("a damaged block is named and left out", async () => {
  const name = await write(1);
  await write(5);
  writeFileSync(join(blocks, name), "torn");
  const outcome = await backupStore({ dataFolder, targetFolder });
  expect(outcome).toMatchObject({ blocks: 1, damaged: [name] });
  expect(existsSync(join(blocks, name))).toBe(true);
});

test("refuses a target that is not empty, and a folder without a store", async () => {
  mkdirSync(targetFolder, { recursive: true });
  await backupStore({ dataFolder, targetFolder });
  await expect(backupStore({ dataFolder, targetFolder })).rejects.toMatchObject({
    code: "backup_target_not_empty",
  });
  await expect(
    backupStore({ dataFolder: join(root, "nowhere"), targetFolder }),
  ).rejects.toMatchObject({ code: "backup_no_store" });
});
