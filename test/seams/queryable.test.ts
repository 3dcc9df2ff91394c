/**
 * What every `Queryable` and `LabelQueryable` must do, asked of random series: of the store with its
 * samples in memory, in blocks and in both, against plain arrays.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelsOfRecord, type LabelQueryable, type Queryable, type SeriesSelection } from "#model";
import { QueryableFake } from "../fakes/queryable-fake.ts";
import { samplesOf } from "./samples-of.ts";
import { type Placement, StoreFixture } from "./store-fixture.ts";
import { matchersArbitrary, WORLD_START_MS, worldArbitrary } from "./world-arbitrary.ts";

const ALL = { minMs: -Infinity, maxMs: Infinity };
const placements: readonly Placement[] = ["head", "blocks", "head and blocks"];

async function read(
  queryable: Queryable,
  ...selection: Parameters<Queryable["select"]>
): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const series of queryable.select(...selection)) {
    const samples = samplesOf(series);
    // A store may give series of which it only knows that they lie in the right hours.
    if (samples.length > 0) found.push([series.labels, series.metadata, samples]);
  }
  return found;
}

async function gathered<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const found: Item[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function labels(queryable: LabelQueryable, selection: SeriesSelection): Promise<unknown> {
  return {
    names: await queryable.labelNames(selection),
    values: await Promise.all(
      ["__name__", "job", "Zone", "ü", "absent"].map((name) =>
        queryable.labelValues(name, selection),
      ),
    ),
    series: await gathered(queryable.seriesLabels(selection)),
    metadata: (await queryable.metricMetadata(selection)).map(({ metricName }) => metricName),
    // The order among those of one name is the store's affair.
    contents: new Set(await queryable.metricMetadata(selection)),
  };
}

describe.each(placements)("a store with its samples in %s", (placement) => {
  test("selects the series that match, in order, with the samples of the range", async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArbitrary,
        matchersArbitrary,
        fc.integer({ min: -10, max: 5500 }),
        fc.integer({ min: 0, max: 5500 }),
        async (world, matchers, fromSecond, seconds) => {
          const fake = new QueryableFake(world);
          await using fixture = await StoreFixture.create(world, placement);
          const minMs = WORLD_START_MS + fromSecond * 1000;
          const range = { minMs, maxMs: minMs + seconds * 1000 };
          const { store } = fixture;
          expect(await read(store, matchers, range)).toEqual(await read(fake, matchers, range));
          expect(await read(store, [], ALL)).toEqual(await read(fake, [], ALL));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("knows names, values, label sets and metadata of the series that match", async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArbitrary,
        fc.array(matchersArbitrary, { maxLength: 3 }),
        async (world, selectors) => {
          const fake = new QueryableFake(world);
          await using fixture = await StoreFixture.create(world, placement);
          for (const selection of [
            { selectors, range: ALL },
            { selectors: [[]], range: ALL },
          ]) {
            expect(await labels(fixture.store, selection)).toEqual(await labels(fake, selection));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("series can be read until the stack is disposed, whatever becomes of blocks", async () => {
    const world = Array.from({ length: 20 }, (_, i) => ({
      labels: labelsOfRecord({ id: String(i + 10) }),
      metadata: null,
      samples: [{ timestampMs: WORLD_START_MS, value: i }],
    }));
    await using fixture = await StoreFixture.create(world, placement);
    using until = new DisposableStack();
    const selected = await gathered(fixture.store.select([], ALL, until));
    await fixture.cut();
    await fixture.dropBlocks();
    expect(selected.map(samplesOf)).toEqual(world.map((_, i) => [[WORLD_START_MS, i]]));
  });

  test("an aborted look at labels ends", async () => {
    await using fixture = await StoreFixture.create([], placement);
    const signal = AbortSignal.abort(new Error("nobody waits"));
    const selection = { selectors: [[]], range: ALL, signal };
    await expect(fixture.store.labelNames(selection)).rejects.toThrow("nobody waits");
    await expect(fixture.store.labelValues("id", selection)).rejects.toThrow("nobody waits");
    await expect(fixture.store.metricMetadata(selection)).rejects.toThrow("nobody waits");
    await expect(gathered(fixture.store.seriesLabels(selection))).rejects.toThrow("nobody waits");
  });
});
