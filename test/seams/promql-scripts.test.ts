/**
 * Prometheus' scripts, and ours, over the store: what a script loads lies in memory or in a block
 * before its queries are asked.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { isStaleMarker, wordsOf } from "#model";
import {
  createScriptEngine,
  type PromqlStorage,
  runScript,
  type ScriptEngine,
  type SeriesSamples,
  type StoredSeries,
} from "#promql";
import type { FakeSample, FakeSeries } from "../fakes/queryable-fake.ts";
import { type Placement, StoreFixture } from "./store-fixture.ts";
import { storageOver } from "./store-storage.ts";

const SHARED = process.env["GAUGEWAY_SHARED_DATA"] ?? resolve("../shared/data");
const FOLDERS = [join(SHARED, "promqltest"), "test/promql/scripts"];
/** The store keeps no start timestamps. */
const NEEDS_START_TIMESTAMPS = new Set(["start_timestamps.test"]);
const BLOCK_DURATION_MS = 20 * 86_400_000;

const files = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => /\.(?:test|promql)$/.test(file) && !NEEDS_START_TIMESTAMPS.has(file))
    .map((file) => join(folder, file)),
);

/** Asks a store that has what the script's own storage has. */
class EngineOverStore implements ScriptEngine, AsyncDisposable {
  readonly #engine = createScriptEngine();
  readonly #placement: Placement;
  #loaded: readonly SeriesSamples[] = [];
  #fixture: StoreFixture | null = null;

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  async instant(...[query, storage, timeMs]: Parameters<ScriptEngine["instant"]>) {
    using until = new DisposableStack();
    return await this.#engine.instant(query, await this.#stored(storage, until), timeMs);
  }

  async range(...[query, storage, range]: Parameters<ScriptEngine["range"]>) {
    using until = new DisposableStack();
    return await this.#engine.range(query, await this.#stored(storage, until), range);
  }

  async #stored(storage: PromqlStorage, until: DisposableStack): Promise<PromqlStorage> {
    const series = await storage.select([], -Infinity, Infinity);
    const samples = series.map((one) => one.samples());
    const isLoaded =
      samples.length === this.#loaded.length && samples.every((one, i) => one === this.#loaded[i]);
    if (this.#fixture === null || !isLoaded) {
      await this.#fixture?.[Symbol.asyncDispose]();
      this.#fixture = await StoreFixture.create(
        series.map(seriesOf),
        this.#placement,
        BLOCK_DURATION_MS,
      );
      this.#loaded = samples;
    }
    return storageOver(this.#fixture.store, until);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#fixture?.[Symbol.asyncDispose]();
  }
}

function seriesOf(series: StoredSeries): FakeSeries {
  const { length, timestampsMs, values, histograms } = series.samples();
  const words = wordsOf(values);
  const listed = Array.from({ length }, (_, i): FakeSample => {
    const float = isStaleMarker(words, i) ? "stale" : (values[i] as number);
    return { timestampMs: timestampsMs[i] as number, value: histograms?.[i] ?? float };
  });
  return { labels: series.labels, metadata: null, samples: listed };
}

describe.each(["head", "blocks"] as const)(
  "scripts over a store with its samples in %s",
  (placement) => {
    test.each(files)("%s", { timeout: 120_000 }, async (path) => {
      const failures: string[] = [];
      await using engine = new EngineOverStore(placement);
      let count = 0;
      for await (const { line, query, failure } of runScript(readFileSync(path, "utf8"), engine)) {
        count += 1;
        if (failure !== null) failures.push(`${path}:${line}: ${query}: ${failure}`);
      }
      expect(failures).toEqual([]);
      expect(count).toBeGreaterThan(0);
    });
  },
);
