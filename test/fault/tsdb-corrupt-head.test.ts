import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { equalHistograms, labelsOfRecord, labelValue, SampleColumns } from "#model";
import { openStore, type Store, type StoreEvent } from "#tsdb";
import { taggedHistogram } from "./tagged-histogram.ts";

/**
 * A torn or corrupt log is detected, named, set aside, and the rest stays readable. One undamaged
 * folder is made, then copied and damaged in many ways. The rule for all of them: no sample is ever
 * wrong, and if any is missing, the damage was reported and the file is in quarantine.
 */
const START_MS = 1_800_000_000_000;
const BATCHES = 300;
const SERIES = 100;
const folders: string[] = [];
let pristine = "";

const clock = { nowMs: () => START_MS + BATCHES * 1000, monotonicMs: () => performance.now() };

function open(path: string, events: StoreEvent[] = []): Promise<Store> {
  return openStore({
    path,
    clock,
    options: { minFreeBytes: 0, commitDelayMs: 0, maintenanceMs: 1e9 },
    observer: (event) => events.push(event),
  });
}

/** What series `id` has at batch `n`. */
function valueOf(id: number, batch: number): number {
  return batch * 1000 + id + 0.5;
}

function send(store: Store, batch: number): ReturnType<Store["append"]> {
  const ids = Array.from({ length: SERIES }, (_, id) => id + (batch % 3) * SERIES);
  return store.append({
    length: SERIES,
    refs: Uint32Array.from(ids, (id) =>
      store.ensureSeries(labelsOfRecord({ __name__: "m", id: `${id}` })),
    ),
    timestampsMs: new Float64Array(SERIES).fill(START_MS + batch * 1000),
    values: Float64Array.from(ids, (id) => valueOf(id, batch)),
    histograms: ids.map((id) => (id % 5 === 0 ? taggedHistogram(valueOf(id, batch)) : undefined)),
  });
}

/** How many samples there are; throws if any is not what was sent. */
async function countStored(store: Store): Promise<number> {
  const samples = new SampleColumns();
  let count = 0;
  for await (const series of store.select([], { minMs: -Infinity, maxMs: Infinity })) {
    const id = Number(labelValue(series.labels, "id"));
    samples.clear();
    series.read(samples);
    for (let i = 0; i < samples.length; i++) {
      const batch = ((samples.timestampsMs[i] as number) - START_MS) / 1000;
      const tag = valueOf(id, batch);
      const histogram = samples.histograms?.[i];
      const isWhole =
        histogram === undefined ? id % 5 !== 0 : equalHistograms(histogram, taggedHistogram(tag));
      if (samples.values[i] !== tag || !isWhole) throw new Error(`series ${id}, batch ${batch}`);
      count += 1;
    }
  }
  return count;
}

function newFolder(prefix: string): string {
  const path = mkdtempSync(join(tmpdir(), prefix));
  folders.push(path);
  return path;
}

function copy(): string {
  const path = newFolder("gaugeway-corrupt-");
  copyFileSync(join(pristine, "head.db"), join(path, "head.db"));
  return path;
}

beforeAll(async () => {
  pristine = newFolder("gaugeway-pristine-");
  await using store = await open(pristine);
  for (let batch = 0; batch < BATCHES; batch++) await send(store, batch);
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly samples: number;
  readonly reported: boolean;
}

/** Opens the damaged folder, checks the rule, appends to it, and opens it again. */
async function openDamaged(path: string): Promise<Opened> {
  const events: StoreEvent[] = [];
  let store = await open(path, events);
  const salvage = events.find((event) => event.kind === "head_salvaged");
  const samples = await countStored(store);
  const isReported = salvage?.code === "head_corrupt" && existsSync(salvage.quarantined);
  expect(samples === BATCHES * SERIES || isReported, "lost in silence").toBe(true);
  expect((await send(store, BATCHES)).appended).toBe(SERIES);
  await store.close();
  const later: StoreEvent[] = [];
  store = await open(path, later);
  expect(later.map((event) => event.kind)).toEqual(["opened"]);
  expect(await countStored(store)).toBe(samples + SERIES);
  await store.close();
  return { samples, reported: isReported };
}

test("the undamaged folder has everything and reports nothing", async () => {
  expect(await openDamaged(copy())).toEqual({ samples: BATCHES * SERIES, reported: false });
});

test("a page of zeros costs its rows only", async () => {
  const path = copy();
  const bytes = readFileSync(join(path, "head.db"));
  bytes.fill(
    0,
    Math.floor(bytes.length / 2 / 4096) * 4096,
    Math.floor(bytes.length / 2 / 4096 + 1) * 4096,
  );
  writeFileSync(join(path, "head.db"), bytes);
  const { samples, reported } = await openDamaged(path);
  expect(reported).toBe(true);
  expect(samples).toBeGreaterThan(BATCHES * SERIES * 0.9);
});

test("a row that a page no longer counts is missed", async () => {
  const path = copy();
  const bytes = readFileSync(join(path, "head.db"));
  const pageBytes = bytes.readUInt16BE(16);
  // https://sqlite.org/fileformat2.html#b_tree_pages: kind 13 is a leaf of a table, then at 3 its cells.
  const leaves = Array.from(
    { length: bytes.length / pageBytes - 1 },
    (_, i) => (i + 1) * pageBytes,
  ).filter((page) => bytes[page] === 13 && bytes.readUInt16BE(page + 3) > 2);
  const last = leaves.at(-1) as number;
  bytes.writeUInt16BE(bytes.readUInt16BE(last + 3) - 1, last + 3);
  writeFileSync(join(path, "head.db"), bytes);
  const { samples, reported } = await openDamaged(path);
  expect(reported).toBe(true);
  expect(samples).toBeGreaterThan(BATCHES * SERIES * 0.9);
});

test("a changed payload costs its row only", async () => {
  const path = copy();
  const database = new DatabaseSync(join(path, "head.db"));
  database.exec("UPDATE wal SET payload = zeroblob(length(payload)) WHERE seq = 100");
  database.close();
  expect(await openDamaged(path)).toEqual({ samples: (BATCHES - 1) * SERIES, reported: true });
});

/** A folder as a kill leaves it: everything still lies in SQLite's own log. */
async function copyOfOpen(): Promise<string> {
  const path = newFolder("gaugeway-open-");
  const store = await open(newFolder("gaugeway-live-"));
  try {
    for (let batch = 0; batch < 20; batch++) await send(store, batch);
    const live = folders.at(-1) as string;
    for (const file of ["head.db", "head.db-wal"]) copyFileSync(join(live, file), join(path, file));
  } finally {
    await store.close();
  }
  return path;
}

test("a damaged frame amid SQLite's own log is named, what lies before it stays", async () => {
  const path = await copyOfOpen();
  const file = join(path, "head.db-wal");
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file, bytes);
  const events: StoreEvent[] = [];
  await using store = await open(path, events);
  const lost = events.find((event) => event.kind === "commits_lost");
  expect(lost?.commits).toBeGreaterThan(3);
  expect(readFileSync(lost?.quarantined ?? "").equals(bytes)).toBe(true);
  const samples = await countStored(store);
  expect(samples).toBeGreaterThan(3 * SERIES);
  expect(samples).toBeLessThan(17 * SERIES);
});

test("the torn end that a crash leaves of SQLite's own log is no damage", async () => {
  for (const missing of [1, 5000, 12_345]) {
    const path = await copyOfOpen();
    const file = join(path, "head.db-wal");
    truncateSync(file, readFileSync(file).length - missing);
    const events: StoreEvent[] = [];
    await using store = await open(path, events);
    expect(events.map((event) => event.kind)).toEqual(["opened"]);
    expect(await countStored(store)).toBeGreaterThanOrEqual(14 * SERIES);
  }
});

test("garbage, an empty file, a cut file and a torn header leave a store that works", async () => {
  const damages: ((file: string) => void)[] = [
    (file) =>
      writeFileSync(file, "not a database at all, but long enough to be looked at".repeat(99)),
    (file) => truncateSync(file, 30_000),
    (file) => truncateSync(file, 4096 * 20 + 100),
    (file) => {
      const bytes = readFileSync(file);
      bytes.fill(0xff, 0, 64);
      writeFileSync(file, bytes);
    },
  ];
  for (const damage of damages) {
    const path = copy();
    damage(join(path, "head.db"));
    expect((await openDamaged(path)).reported).toBe(true);
    expect(readdirSync(join(path, "quarantine"))).toContain("head-1.db");
  }
});

test("no flipped bit anywhere makes a sample wrong or vanish in silence", async () => {
  const bytes = readFileSync(join(pristine, "head.db"));
  let state = 12345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  let reported = 0;
  const rounds = 25;
  for (let round = 0; round < rounds; round++) {
    const path = copy();
    const damaged = Buffer.from(bytes);
    for (let flips = 1 + random(3); flips > 0; flips--) {
      const at = random(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << random(8));
    }
    writeFileSync(join(path, "head.db"), damaged);
    if ((await openDamaged(path)).reported) reported += 1;
  }
  expect(reported).toBeGreaterThan(rounds / 2);
}, 90_000);

test("a folder of a newer version is refused in a sentence and left alone", async () => {
  const path = copy();
  const database = new DatabaseSync(join(path, "head.db"));
  database.exec("UPDATE meta SET value = '3' WHERE key = 'format_version'");
  database.close();
  await expect(open(path)).rejects.toMatchObject({ code: "data_folder_newer" });
  await expect(open(path)).rejects.toThrow(/format version 3/);
  expect(existsSync(join(path, "quarantine"))).toBe(false);
});

/** CRC-32 of a row's numbers as float64, then of its payload: docs/formats/wal.md. */
function rowChecksum(row: Record<string, unknown>, payload: Uint8Array): number {
  const numbers = Float64Array.of(Number(row["seq"]), Number(row["min_ms"]), Number(row["max_ms"]));
  return crc32(payload, crc32(new Uint8Array(numbers.buffer)));
}

function sendFloat(store: Store, batch: number): ReturnType<Store["append"]> {
  return store.append({
    length: 1,
    refs: Uint32Array.of(store.ensureSeries(labelsOfRecord({ id: "1" }))),
    timestampsMs: Float64Array.of(START_MS + batch * 1000),
    values: Float64Array.of(valueOf(1, batch)),
  });
}

test("a folder of version 1, which has no histograms, is read and goes on as version 2", async () => {
  const path = newFolder("gaugeway-first-");
  {
    await using store = await open(path);
    for (let batch = 0; batch < 3; batch++) await sendFloat(store, batch);
  }
  const database = new DatabaseSync(join(path, "head.db"));
  database.exec("UPDATE meta SET value = '1' WHERE key = 'format_version'");
  const update = database.prepare("UPDATE wal SET payload = ?, crc = ? WHERE seq = ?");
  for (const row of database.prepare("SELECT * FROM wal").all()) {
    const payload = Uint8Array.from(row["payload"] as Uint8Array);
    payload[0] = 1;
    update.run(payload, rowChecksum(row, payload), Number(row["seq"]));
  }
  database.close();
  const events: StoreEvent[] = [];
  {
    await using store = await open(path, events);
    expect(events.map((event) => event.kind)).toEqual(["opened"]);
    expect(await countStored(store)).toBe(3);
    await sendFloat(store, 3);
  }
  {
    await using store = await open(path);
    expect(await countStored(store)).toBe(4);
  }
  const marked = new DatabaseSync(join(path, "head.db"), { readOnly: true });
  expect(marked.prepare("SELECT value FROM meta").get()).toEqual({ value: "2" });
  marked.close();
});
