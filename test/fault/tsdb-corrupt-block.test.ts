import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { equalHistograms, labelsOfRecord, labelValue, SampleColumns } from "#model";
import { openStore, type Store, type StoreEvent } from "#tsdb";
import { taggedHistogram } from "./tagged-histogram.ts";

/**
 * A damaged block is detected, named and set aside. One undamaged block is made, of floats and native
 * histograms, then copied and damaged in many ways. The rule for all: no sample is ever wrong, and
 * what is missing has been reported.
 */
const START_MS = 1_800_000_000_000;
const SAMPLES = 60;
const SERIES = 40;
const STEP_MS = 1000;
const folders: string[] = [];
let pristine = "";
let nowMs = START_MS + SAMPLES * STEP_MS;

const clock = { nowMs: () => nowMs, monotonicMs: () => performance.now() };

function open(path: string, events: StoreEvent[] = []): Promise<Store> {
  return openStore({
    path,
    clock,
    options: { minFreeBytes: 0, commitDelayMs: 0, maintenanceMs: 1e9 },
    observer: (event) => events.push(event),
  });
}

function newFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "gaugeway-corrupt-block-"));
  folders.push(path);
  return path;
}

/** What series `id` has at sample `n`; every third series is native histograms. */
function tagOf(id: number, sample: number): number {
  return sample * 100 + id + 0.5;
}

beforeAll(async () => {
  const path = newFolder();
  await using store = await open(path);
  const ids = Array.from({ length: SERIES }, (_, id) => id);
  const refs = Uint32Array.from(ids, (id) =>
    store.ensureSeries(labelsOfRecord({ __name__: "m", id: `${id}` })),
  );
  for (let sample = 0; sample < SAMPLES; sample++) {
    await store.append({
      length: SERIES,
      refs,
      timestampsMs: new Float64Array(SERIES).fill(START_MS + sample * STEP_MS),
      values: Float64Array.from(ids, (id) => tagOf(id, sample)),
      histograms: ids.map((id) => (id % 3 === 0 ? taggedHistogram(tagOf(id, sample)) : undefined)),
    });
  }
  nowMs += 3 * 3_600_000;
  await store.maintain();
  pristine = join(path, "blocks", readdirSync(join(path, "blocks"))[0] ?? "");
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** How many samples are read before damage is met, if any is; throws where one is wrong. */
async function countRight(store: Store): Promise<number> {
  const samples = new SampleColumns();
  let count = 0;
  for await (const series of store.select([], { minMs: -Infinity, maxMs: Infinity })) {
    const id = Number(labelValue(series.labels, "id"));
    samples.clear();
    series.read(samples);
    for (let i = 0; i < samples.length; i++) {
      const tag = tagOf(id, ((samples.timestampsMs[i] as number) - START_MS) / STEP_MS);
      const histogram = samples.histograms?.[i];
      const isWhole =
        histogram === undefined ? id % 3 !== 0 : equalHistograms(histogram, taggedHistogram(tag));
      if (samples.values[i] !== tag || !isWhole) throw new Error(`a wrong sample of series ${id}`);
      count += 1;
    }
  }
  return count;
}

/** What becomes of a store whose block is this; anything but the two cases below breaks the rule. */
async function fateOf(bytes: Uint8Array): Promise<string> {
  const path = newFolder();
  const events: StoreEvent[] = [];
  {
    // The folders of a store.
    await using _ = await open(path);
  }
  const fileName = pristine.split("/").at(-1) ?? "";
  writeFileSync(join(path, "blocks", fileName), bytes);
  await using store = await open(path, events);
  const outcome: unknown = await countRight(store).catch((error: unknown) => error);
  if (!events.some(({ kind }) => kind === "block_quarantined")) {
    return outcome === SERIES * SAMPLES ? "everything is there" : `in silence: ${String(outcome)}`;
  }
  // Met when it was opened, then nothing is left to read; or amid the query, which failed.
  const isReported = outcome === 0 || (outcome as { code?: string }).code === "block_corrupt";
  const isAside = readdirSync(join(path, "quarantine")).join() === fileName;
  const left = await countRight(store);
  return isReported && isAside && left === 0
    ? "damage was met"
    : `not set aside: ${String(outcome)}`;
}

test("the undamaged block has everything", async () => {
  expect(await fateOf(readFileSync(pristine))).toBe("everything is there");
});

test("no flipped bit anywhere makes a sample wrong or vanish in silence", async () => {
  const bytes = readFileSync(pristine);
  let state = 4711;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const fates: string[] = [];
  for (let round = 0; round < 60; round++) {
    const damaged = Buffer.from(bytes);
    for (let flips = 1 + random(3); flips > 0; flips--) {
      const at = random(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << random(8));
    }
    fates.push(await fateOf(damaged));
  }
  // Where everything is there, free space of SQLite's pages was hit.
  expect(new Set(fates)).toEqual(new Set(["damage was met", "everything is there"]));
}, 60_000);

test("a cut file and pages of zeros are damage", async () => {
  const bytes = readFileSync(pristine);
  const zeroed = Buffer.from(bytes);
  zeroed.fill(0, 4096, bytes.length - 4096);
  for (const damaged of [bytes.subarray(0, bytes.length - 4096), bytes.subarray(0, 50), zeroed]) {
    expect(await fateOf(damaged)).toBe("damage was met");
  }
});
