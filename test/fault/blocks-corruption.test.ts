/**
 * Every region of a block file is damaged in turn. Whatever is hit, a reader either gets what was
 * written or an error that names the file, which is then set aside; never a wrong or missing sample
 * without a word, never a crash. The blocks beside it stay readable.
 */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Matcher } from "#model";
import { BlockCorruptError } from "../../src/tsdb/block/block-corrupt-error.ts";
import type { BlockEvent } from "../../src/tsdb/block/block-observer.ts";
import { BlockReader } from "../../src/tsdb/block/block-reader.ts";
import type { BlockSet } from "../../src/tsdb/block/block-set.ts";
import { expectedOf, openSampleSet, readAll, writeSampleBlock } from "./blocks-sample-data.ts";

let root = "";
let original = "";
let originalName = "";
let besideName = "";
let bytes = new Uint8Array();

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "gaugeway-corrupt-"));
  original = join(root, "original");
  await writeSampleBlock(original, 0);
  originalName = readdirSync(original)[0] ?? "";
  await writeSampleBlock(original, 10);
  besideName = readdirSync(original).find((name) => name !== originalName) ?? "";
  bytes = new Uint8Array(readFileSync(join(original, originalName)));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let runs = 0;

/** Opens a copy whose first block `damage` has changed. */
async function withDamage(
  damage: (path: string) => void,
  check: (set: BlockSet, events: BlockEvent[]) => Promise<void>,
): Promise<void> {
  const data = join(root, `run-${runs++}`);
  const folder = join(data, "blocks");
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(original, besideName), join(folder, besideName));
  copyFileSync(join(original, originalName), join(folder, originalName));
  damage(join(folder, originalName));
  const events: BlockEvent[] = [];
  const set = await openSampleSet(folder, (event) => events.push(event));
  try {
    await check(set, events);
    const isAside = events.some(({ kind }) => kind === "block_quarantined");
    expect(readdirSync(folder).includes(originalName)).toBe(!isAside);
    expect(readdirSync(data).includes("quarantine")).toBe(isAside);
  } finally {
    await set.close();
    rmSync(data, { recursive: true, force: true });
  }
}

const both = expectedOf([0, 10]);
const besideOnly = expectedOf([10]);

const selectors: readonly (readonly Matcher[])[] = [
  [],
  [{ name: "instance", operator: "=", value: "host-07" }],
  [{ name: "__name__", operator: "=~", value: "m[2-4]" }],
  [{ name: "series", operator: "!=", value: "77" }],
];

function labelOf(key: string, name: string): string {
  if (name === "__name__") return key.split("{")[0] ?? "";
  return new RegExp(`${name}="([^"]*)"`).exec(key)?.[1] ?? "";
}

function holds(key: string, { name, operator, value }: Matcher): boolean {
  if (operator === "=~") return new RegExp(`^(?:${value})$`).test(labelOf(key, name));
  return (labelOf(key, name) === value) === (operator === "=");
}

function picked(all: Map<string, string>, matchers: readonly Matcher[]): Map<string, string> {
  return new Map(Array.from(all).filter(([key]) => matchers.every((m) => holds(key, m))));
}

/** Returns what came of it; throws if it was neither right nor named. */
async function outcomeOf(damage: (path: string) => void, selector: number): Promise<string> {
  const matchers = selectors[selector % selectors.length] ?? [];
  let outcome = "";
  await withDamage(damage, async (set, events) => {
    const quarantined = (): boolean => events.some(({ kind }) => kind === "block_quarantined");
    const refusedAtOpen = quarantined();
    const first = await readAll(set, matchers).catch((error: unknown) => error);
    const refusedAtRead = first instanceof Error;
    if (refusedAtRead && !isNamedDamage(first)) throw first;
    const found = refusedAtRead ? await readAll(set, matchers) : first;
    const isRefused = refusedAtOpen || refusedAtRead;
    expect(quarantined()).toBe(isRefused);
    expect(found).toEqual(picked(isRefused ? besideOnly : both, matchers));
    outcome = refusedAtOpen ? "refused at open" : refusedAtRead ? "refused at read" : "unharmed";
  });
  return outcome;
}

function isNamedDamage(error: unknown): boolean {
  return error instanceof BlockCorruptError && error.fileName === originalName;
}

async function tally(
  count: number,
  damageOf: (run: number) => (path: string) => void,
): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (let run = 0; run < count; run++) {
    const outcome = await outcomeOf(damageOf(run), run);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

function changed(path: string, change: (copy: Uint8Array) => void): void {
  const copy = bytes.slice();
  change(copy);
  writeFileSync(path, copy);
}

test("one flipped bit, in every part of the file", async () => {
  const flips = 240;
  const stride = bytes.length / flips;
  const outcomes = await tally(flips, (run) => (path) => {
    changed(path, (copy) => {
      const at = Math.floor(run * stride) + ((run * 37) % Math.floor(stride));
      copy[at] = (copy[at] ?? 0) ^ (1 << (run % 8));
    });
  });
  expect(outcomes["refused at read"]).toBeGreaterThan(flips / 6);
}, 60_000);

test("every byte of the SQLite header and of the first page's start", async () => {
  const outcomes = await tally(100, (run) => (path) => {
    changed(path, (copy) => {
      copy[run] = (copy[run] ?? 0) ^ 0xff;
    });
  });
  expect(outcomes["refused at open"]).toBeGreaterThan(20);
}, 60_000);

test("a page of zeros, or of another page's content", async () => {
  const pageBytes = 4096;
  const pages = bytes.length / pageBytes;
  expect(Number.isInteger(pages)).toBe(true);
  const outcomes = await tally(2 * pages, (run) => (path) => {
    changed(path, (copy) => {
      const at = (run % pages) * pageBytes;
      const from = ((run * 7 + 3) % pages) * pageBytes;
      if (run < pages) copy.fill(0, at, at + pageBytes);
      else copy.copyWithin(at, from, from + pageBytes);
    });
  });
  expect(outcomes["refused at read"]).toBeGreaterThan(pages / 6);
}, 60_000);

test("a torn file is refused when it is opened, wherever it ends", async () => {
  const cuts = 60;
  const outcomes = await tally(cuts, (run) => (path) => {
    truncateSync(path, Math.floor((bytes.length * run) / cuts));
  });
  expect(outcomes).toEqual({ "refused at open": cuts });
  const longer = await tally(1, () => (path) => {
    writeFileSync(path, Buffer.concat([bytes, Buffer.alloc(4096)]));
  });
  expect(longer).toEqual({ "refused at open": 1 });
}, 60_000);

test("verify finds whatever a reader could stumble upon", async () => {
  const folder = join(root, "verify");
  mkdirSync(folder);
  const path = join(folder, originalName);
  let found = 0;
  for (let run = 0; run < 100; run++) {
    changed(path, (copy) => {
      const at = Math.floor((bytes.length * run) / 100) + (run % 50);
      copy[at] = (copy[at] ?? 0) ^ (1 << (run % 8));
    });
    const isFound = findsDamage(folder);
    if (isFound) found++;
    // Otherwise it lies between records: nothing that is read has changed.
    const outcome = isFound ? "" : await outcomeOf((to) => copyFileSync(path, to), run);
    expect(outcome).toBe(isFound ? "" : "unharmed");
  }
  expect(found).toBeGreaterThan(25);
}, 60_000);

function findsDamage(folder: string): boolean {
  try {
    const reader = new BlockReader(folder, originalName);
    try {
      for (const _ of reader.verify());
    } finally {
      reader.close();
    }
    return false;
  } catch (error) {
    if (!isNamedDamage(error)) throw error;
    return true;
  }
}
