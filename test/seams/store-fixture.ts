import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "#lib/assert";
import { wordsOf, writeStaleMarker } from "#model";
import { openStore, type Store } from "#tsdb";
import type { FakeSample, FakeSeries } from "../fakes/queryable-fake.ts";

const HOUR_MS = 3_600_000;
/** How long a range of the head is; scripts of long spans would have thousands of short ones. */
const BLOCK_DURATION_MS = HOUR_MS / 2;

/** Where the samples of a store lie. */
export type Placement = "head" | "blocks" | "head and blocks";

/** A store in a folder of its own that holds these samples, in the head, in blocks, or in both. */
export class StoreFixture implements AsyncDisposable {
  store: Store;
  readonly #folder: string;
  readonly #clock: FixtureClock;

  static async create(
    series: readonly FakeSeries[],
    placement: Placement,
    blockDurationMs: number = BLOCK_DURATION_MS,
  ): Promise<StoreFixture> {
    const folder = mkdtempSync(join(tmpdir(), "gaugeway-seams-"));
    const clock = { now: 0, blockDurationMs };
    const store = await open(folder, clock);
    const fixture = new StoreFixture(store, folder, clock);
    const times = series.flatMap(({ samples }) => samples.map(({ timestampMs }) => timestampMs));
    clock.now = times.reduce((newest, time) => Math.max(newest, time), 0);
    const inTwo = placement === "head and blocks";
    await fixture.append(series, (index) => !inTwo || index % 2 === 0);
    if (placement !== "head") await fixture.cut();
    if (inTwo) await fixture.append(series, (index) => index % 2 === 1);
    return fixture;
  }

  private constructor(store: Store, folder: string, clock: FixtureClock) {
    this.store = store;
    this.#folder = folder;
    this.#clock = clock;
  }

  advanceTo(nowMs: number): void {
    this.#clock.now = nowMs;
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.store = await open(this.#folder, this.#clock);
  }

  /** Makes blocks of all that the head has. */
  async cut(): Promise<void> {
    const { now, blockDurationMs } = this.#clock;
    this.#clock.now = now + 2 * blockDurationMs;
    await this.store.maintain();
    this.#clock.now = now;
  }

  /** Deletes the blocks, as retention does. */
  async dropBlocks(): Promise<void> {
    this.store.reconfigure({}, { retentionBytes: 1 });
    await this.store.maintain();
    assert(this.store.stats().blocks === 0, "a block is left");
  }

  /** Appends the samples of those numbers, of all series in one batch. */
  async append(series: readonly FakeSeries[], wanted: (index: number) => boolean): Promise<void> {
    const { store } = this;
    const kept = series.flatMap(({ labels, metadata, samples }) => {
      const ref = store.ensureSeries(labels);
      if (metadata !== null) store.setMetadata(ref, store.internMetadata(metadata));
      return samples.filter((_, index) => wanted(index)).map((sample) => ({ ref, sample }));
    });
    const samples = kept.map(({ sample }) => sample);
    const outcome = await store.append({
      length: kept.length,
      refs: Uint32Array.from(kept, ({ ref }) => ref),
      timestampsMs: Float64Array.from(samples, ({ timestampMs }) => timestampMs),
      values: valuesOf(samples),
      histograms: samples.map(({ value }) => (typeof value === "object" ? value : undefined)),
    });
    assert(outcome.appended === kept.length, "the store refused a sample");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
    rmSync(this.#folder, { recursive: true });
  }
}

interface FixtureClock {
  now: number;
  readonly blockDurationMs: number;
}

function open(path: string, clock: FixtureClock): Promise<Store> {
  return openStore({
    path,
    clock: { nowMs: () => clock.now, monotonicMs: () => performance.now() },
    options: {
      minFreeBytes: 0,
      commitDelayMs: 0,
      blockDurationMs: clock.blockDurationMs,
      outOfOrderWindowMs: Number.MAX_SAFE_INTEGER,
      maintenanceMs: HOUR_MS,
    },
    blockOptions: { retentionMs: null },
  });
}

function valuesOf(samples: readonly FakeSample[]): Float64Array {
  const values = new Float64Array(samples.length);
  const words = wordsOf(values);
  samples.forEach(({ value }, index) => {
    if (typeof value === "number") values[index] = value;
    else if (value === "stale") writeStaleMarker(words, index);
  });
  return values;
}
