import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { labelsOfRecord, labelValue, SampleColumns, type SeriesRef } from "#model";
import { openStore } from "./open-store.ts";
import type { StoreEvent } from "./store-events.ts";
import type { StoreOptions } from "./store-options.ts";
import type { Store } from "./store.ts";

const MINUTE = 60_000;
const START = 1_800_000_000_000 - (1_800_000_000_000 % (30 * MINUTE));
const folders: string[] = [];
let nowMs = START;

afterEach(() => {
  nowMs = START;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-store-"));
  folders.push(folder);
  return folder;
}

const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };

function open(
  path: string,
  options: Partial<StoreOptions> = {},
  events: StoreEvent[] = [],
): Promise<Store> {
  return openStore({
    path,
    clock,
    options: { minFreeBytes: 0, ...options },
    observer: (event) => events.push(event),
  });
}

function append(store: Store, samples: readonly (readonly [SeriesRef, number, number])[]) {
  return store.append({
    length: samples.length,
    refs: Uint32Array.from(samples, ([ref]) => ref),
    timestampsMs: Float64Array.from(samples, ([, timestampMs]) => timestampMs),
    values: Float64Array.from(samples, ([, , value]) => value),
  });
}

async function readAll(store: Store): Promise<Record<string, [number, number][]>> {
  const found: Record<string, [number, number][]> = {};
  const range = { minMs: -Infinity, maxMs: Infinity };
  for await (const series of store.select([], range)) {
    const samples = new SampleColumns();
    series.read(samples);
    found[labelValue(series.labels, "id")] = Array.from({ length: samples.length }, (_, i) => [
      (samples.timestampsMs[i] as number) - START,
      samples.values[i] as number,
    ]);
  }
  return found;
}

test("what was appended is there after a restart, in the head and in blocks", async () => {
  const path = newFolder();
  const store = await open(path);
  const metadata = store.internMetadata({ family: "m", type: "gauge", help: "Help.", unit: "" });
  const expected: [number, number][] = [];
  for (let minute = 0; minute < 100; minute += 2) {
    nowMs = START + minute * MINUTE;
    const ref = store.ensureSeries(labelsOfRecord({ __name__: "m", id: "a" }));
    store.setMetadata(ref, metadata);
    const outcome = await append(store, [[ref, nowMs, minute / 8]]);
    expect(outcome.appended).toBe(1);
    expected.push([minute * MINUTE, minute / 8]);
    await store.maintain();
  }
  expect(store.stats().blocks).toBeGreaterThanOrEqual(2);
  expect(await readAll(store)).toEqual({ a: expected });
  await store.close();

  const again = await open(path);
  expect(await readAll(again)).toEqual({ a: expected });
  const [ref] = again.select([{ name: "id", operator: "=", value: "a" }]);
  expect(again.metadata(ref as SeriesRef)?.help).toBe("Help.");
  expect(again.timestampsMs[ref as number]).toBe(nowMs);
  await again.close();
});

test("follows the append rules", async () => {
  await using store = await open(newFolder());
  const ref = store.ensureSeries(labelsOfRecord({ id: "a" }));
  const other = store.ensureSeries(labelsOfRecord({ id: "b" }));
  nowMs = START + 60 * MINUTE;
  await append(store, [[ref, nowMs, 1]]);
  expect(await append(store, [[ref, nowMs, 1]])).toMatchObject({ appended: 0, unchanged: 1 });
  const mixed = await append(store, [
    [ref, nowMs, 2],
    [ref, nowMs - 30 * MINUTE, 3],
    [ref, nowMs - 30 * MINUTE, 3],
    [ref, nowMs - 30 * MINUTE, 4],
    [ref, nowMs - 30 * MINUTE - 1, 5],
    [ref, nowMs + 10 * MINUTE, 6],
    [ref, nowMs + 10 * MINUTE + 1, 7],
    [999 as SeriesRef, nowMs, 8],
    [other, nowMs - 30 * MINUTE - 1, 9],
    [other, nowMs - 30 * MINUTE, 10],
  ]);
  expect(mixed).toEqual({
    appended: 3,
    unchanged: 1,
    rejected: { duplicate: 2, too_old: 2, too_far_in_future: 1, unknown_series: 1 },
    firstRejected: { index: 0, reason: "duplicate" },
  });
  expect(await readAll(store)).toEqual({
    a: [
      [30 * MINUTE, 3],
      [60 * MINUTE, 1],
      [70 * MINUTE, 6],
    ],
    b: [[30 * MINUTE, 10]],
  });
});

test("a clock that goes back and forth loses nothing", async () => {
  const path = newFolder();
  const store = await open(path);
  const expected = new Map<number, number>();
  const ref = (): SeriesRef => store.ensureSeries(labelsOfRecord({ id: "a" }));
  const run = async (fromMinute: number, minutes: number): Promise<void> => {
    for (let minute = fromMinute; minute < fromMinute + minutes; minute += 4) {
      nowMs = START + minute * MINUTE + expected.size;
      const outcome = await append(store, [[ref(), nowMs, expected.size]]);
      expect(outcome.appended).toBe(1);
      expect(store.timestampsMs[ref()]).toBe(nowMs);
      expected.set(nowMs - START, expected.size);
      await store.maintain();
    }
  };
  await run(500, 50);
  await run(400, 50);
  await run(5000, 50);
  await run(450, 120);
  const sorted = Array.from(expected).toSorted(([a], [b]) => a - b);
  expect(await readAll(store)).toEqual({ a: sorted });
  await store.close();
  await using again = await open(path);
  expect(await readAll(again)).toEqual({ a: sorted });
});

test("a query under way sees everything though a cut moves it meanwhile", async () => {
  await using store = await open(newFolder());
  for (const id of ["a", "b", "c", "d"]) {
    const ref = store.ensureSeries(labelsOfRecord({ id }));
    nowMs = START;
    await append(store, [[ref, START, 1]]);
    nowMs = START + 29 * MINUTE;
    await append(store, [[ref, nowMs, 2]]);
  }
  const seen: string[] = [];
  const samples = new SampleColumns();
  for await (const series of store.select([], { minMs: START, maxMs: START + 60 * MINUTE })) {
    samples.clear();
    series.read(samples);
    seen.push(`${labelValue(series.labels, "id")}${samples.length}`);
    if (seen.length !== 1 && seen.length !== 3) continue;
    // The first cut moves the samples into a block, later ones drop the series and their labels.
    nowMs += 20 * MINUTE;
    const other = store.ensureSeries(labelsOfRecord({ id: "z" }));
    await append(store, [[other, nowMs, 1]]);
    await store.maintain();
  }
  expect(seen).toEqual(["a2", "b2", "c2", "d2"]);
  expect(store.stats().blocks).toBeGreaterThanOrEqual(1);
});

test("late samples of a range that is a block already are kept beside it", async () => {
  const path = newFolder();
  const store = await open(path);
  const a = store.ensureSeries(labelsOfRecord({ id: "a" }));
  await append(store, [[a, START + MINUTE, 1]]);
  nowMs = START + 46 * MINUTE;
  await append(store, [[a, START + 29 * MINUTE, 2]]);
  await store.maintain();
  expect(store.stats()).toMatchObject({ blocks: 1, headSamples: 0 });
  const b = store.ensureSeries(labelsOfRecord({ id: "a" }));
  await append(store, [[b, START + 20 * MINUTE, 3]]);
  const expected = {
    a: [20, 1, 29].toSorted((x, y) => x - y).map((m) => [m * MINUTE, expect.anything()]),
  };
  expect(await readAll(store)).toEqual(expected);
  await store.close();
  await using again = await open(path);
  expect(await readAll(again)).toEqual(expected);
  await again.maintain();
  expect(again.stats().blocks).toBe(2);
  expect(await readAll(again)).toEqual(expected);
});

test("idle series leave memory and the log, and come back with new refs", async () => {
  const path = newFolder();
  const store = await open(path);
  const removed: SeriesRef[] = [];
  store.listen({
    seriesAdded: () => {},
    seriesRemoved: (ref) => removed.push(ref),
    metadataChanged: () => {},
  });
  const steady = store.ensureSeries(labelsOfRecord({ id: "steady" }));
  const gone = store.ensureSeries(labelsOfRecord({ id: "gone" }));
  await append(store, [[gone, START, 1]]);
  for (let minute = 0; minute < 240; minute += 5) {
    nowMs = START + minute * MINUTE;
    await append(store, [[steady, nowMs, minute]]);
    await store.maintain();
  }
  expect(removed).toEqual([gone]);
  expect(store.isLive(gone)).toBe(false);
  expect(store.isLive(steady)).toBe(true);
  expect((await append(store, [[gone, nowMs, 1]])).rejected.unknown_series).toBe(1);
  const back = store.ensureSeries(labelsOfRecord({ id: "gone" }));
  expect(back).toBeGreaterThan(gone);
  await append(store, [[back, nowMs, 2]]);
  const all = await readAll(store);
  expect(all["gone"]).toEqual([
    [0, 1],
    [nowMs - START, 2],
  ]);
  await store.close();
  await using again = await open(path);
  expect(again.stats().series).toBe(2);
  expect(await readAll(again)).toEqual(all);
});

test("a backup taken while it works is a store of its own", async () => {
  const path = newFolder();
  const copy = join(newFolder(), "copy");
  await using store = await open(path);
  for (let minute = 0; minute < 60; minute += 5) {
    nowMs = START + minute * MINUTE;
    await append(store, [[store.ensureSeries(labelsOfRecord({ id: "a" })), nowMs, minute]]);
  }
  await store.maintain();
  const during = append(store, [[store.ensureSeries(labelsOfRecord({ id: "b" })), nowMs, 1]]);
  await store.backup(copy);
  await during;
  const expected = await readAll(store);
  expect(Object.keys(expected)).toEqual(["a", "b"]);
  await using other = await open(copy);
  expect(await readAll(other)).toEqual(expected);
});

test("a clock that jumps ahead makes nobody forget what is live", async () => {
  await using store = await open(newFolder());
  const ref = store.ensureSeries(labelsOfRecord({ id: "a" }));
  for (let minute = 0; minute < 60; minute += 5) {
    nowMs = START + minute * MINUTE;
    await append(store, [[ref, nowMs, minute]]);
    await store.maintain();
  }
  nowMs += 7 * 24 * 60 * MINUTE;
  await store.maintain();
  expect(store.stats().headSamples).toBe(0);
  expect(store.isLive(ref)).toBe(true);
  expect(store.values[ref]).toBe(55);
  expect((await append(store, [[ref, nowMs, 1]])).appended).toBe(1);
});

test("a second opener is refused in a sentence, and may come after the first", async () => {
  const path = newFolder();
  const store = await open(path);
  await expect(open(path)).rejects.toMatchObject({ code: "data_folder_locked" });
  await store.close();
  await (await open(path)).close();
});

test("above its limit the store refuses new series and keeps the known", async () => {
  await using store = await open(newFolder(), { seriesMax: 2 });
  const a = store.ensureSeries(labelsOfRecord({ id: "a" }));
  store.ensureSeries(labelsOfRecord({ id: "b" }));
  expect(() => store.ensureSeries(labelsOfRecord({ id: "c" }))).toThrow(
    expect.objectContaining({ code: "series_limit" }),
  );
  expect(store.ensureSeries(labelsOfRecord({ id: "a" }))).toBe(a);
});
