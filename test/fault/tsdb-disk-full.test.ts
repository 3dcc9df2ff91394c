import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { labelsOfRecord, SampleColumns } from "#model";
import { openStore, type Store, type StoreEvent, type StoreOptions } from "#tsdb";

/**
 * A full disk refuses new samples with a clear error, keeps serving, and goes on by itself when
 * there is room. Once with the floor of free space on any disk, once with a real full disk (a tmpfs
 * of 2 MiB, where the test may mount one).
 */
const START_MS = 1_800_000_000_000;
let nowMs = START_MS;

function open(path: string, options: Partial<StoreOptions>, events: StoreEvent[]): Promise<Store> {
  return openStore({
    path,
    clock: { nowMs: () => nowMs, monotonicMs: () => performance.now() },
    options: { commitDelayMs: 0, retryMs: 20, maintenanceMs: 1e9, minFreeBytes: 0, ...options },
    observer: (event) => events.push(event),
  });
}

const WIDTH = 500;

/** Random bits, so that a batch has a size that nothing makes smaller. */
function send(store: Store, batch: number): ReturnType<Store["append"]> {
  nowMs = START_MS + batch * 1000;
  const refs = Uint32Array.from({ length: WIDTH }, (_, i) =>
    store.ensureSeries(labelsOfRecord({ __name__: "m", id: `${i}` })),
  );
  const timestampsMs = new Float64Array(WIDTH).fill(nowMs);
  const values = Float64Array.from({ length: WIDTH }, (_, i) => batch + (i + 0.123_456_789) / 1000);
  return store.append({ length: WIDTH, refs, timestampsMs, values });
}

/** Batch → samples there. */
async function stored(store: Store): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const samples = new SampleColumns();
  for await (const series of store.select([], { minMs: -Infinity, maxMs: Infinity })) {
    samples.clear();
    series.read(samples);
    for (let i = 0; i < samples.length; i++) {
      const batch = Math.floor(samples.values[i] as number);
      found.set(batch, (found.get(batch) ?? 0) + 1);
    }
  }
  return found;
}

function whole(batches: Iterable<number>): [number, number][] {
  return Array.from(batches, (batch): [number, number] => [batch, WIDTH]).toSorted(
    ([a], [b]) => a - b,
  );
}

async function untilRecovered(store: Store): Promise<void> {
  await vi.waitFor(() => expect(store.stats().degraded).toBeNull(), { timeout: 10_000 });
}

test("below the floor of free space nothing is taken, everything is served, and it recovers", async () => {
  const path = mkdtempSync(join(tmpdir(), "gaugeway-floor-"));
  const events: StoreEvent[] = [];
  const { bavail, bsize } = statfsSync(path);
  // A floor that is reached with whatever the disk has: twice of it.
  const store = await open(path, { minFreeBytes: bavail * bsize * 2 }, events);
  try {
    await expect(send(store, 1)).rejects.toMatchObject({ code: "storage_full" });
    expect(store.stats()).toMatchObject({ degraded: "storage_full", headSamples: 0 });
    expect(events.map((event) => event.kind)).toEqual(["opened", "storage_degraded"]);
    expect(await stored(store)).toEqual(new Map());
  } finally {
    await store.close();
    rmSync(path, { recursive: true });
  }
});

function mounted(path: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("a disk that is really full loses nothing acknowledged, tears nothing, and recovers", async (context) => {
  const path = mkdtempSync(join(tmpdir(), "gaugeway-full-"));
  if (!mounted(path)) {
    rmSync(path, { recursive: true });
    context.skip(
      "needs the right to mount a tmpfs: run as root, or in a user namespace with mounts",
    );
  }
  const events: StoreEvent[] = [];
  let store = await open(path, {}, events);
  const acknowledged = new Set<number>();
  let batch = 0;
  try {
    const ballast = join(path, "ballast");
    for (let round = 0; round < 3; round++) {
      // Fill it from another side first, so that each round meets the wall soon.
      writeFileSync(ballast, Buffer.alloc(Math.max(0, freeBytes(path) - 200_000)));
      for (;;) {
        batch += 1;
        const refusal = await send(store, batch).then(
          () => null,
          (error: unknown) => error,
        );
        if (refusal === null) {
          acknowledged.add(batch);
          continue;
        }
        expect(refusal).toMatchObject({ code: "storage_full" });
        break;
      }
      // Refused at once, while what there is can be read; the refused batch may show, but whole.
      await expect(send(store, batch + 1)).rejects.toMatchObject({ code: "storage_full" });
      expect(store.stats().degraded).toBe("storage_full");
      const during = await stored(store);
      expect(Array.from(during).toSorted(([a], [b]) => a - b)).toEqual(
        whole([...acknowledged, batch]),
      );
      rmSync(ballast);
      await untilRecovered(store);
      // The caller sends the refused batch again: it is there already, and now acknowledged.
      expect(await send(store, batch)).toMatchObject({ appended: 0, unchanged: WIDTH });
      acknowledged.add(batch);
      await store.close();
      store = await open(path, {}, events);
      expect(Array.from(await stored(store)).toSorted(([a], [b]) => a - b)).toEqual(
        whole(acknowledged),
      );
    }
    const kinds = events.map((event) => event.kind);
    expect(kinds.filter((kind) => kind === "storage_degraded").length).toBe(3);
    expect(kinds.filter((kind) => kind === "storage_recovered").length).toBe(3);
    expect(kinds).not.toContain("head_salvaged");
  } finally {
    await store.close();
    execFileSync("umount", [path]);
    rmSync(path, { recursive: true });
  }
});

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}
