/**
 * Native histograms on their way through the store: in whatever order they come, in memory, in the log,
 * in blocks and merged, they stay what they were, and a hint never denies a reset.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  EMPTY_HISTOGRAM,
  type FloatHistogram,
  isStaleMarker,
  labelsOfRecord,
  type Queryable,
  wordsOf,
} from "#model";
import type { FakeSample, FakeValue } from "../fakes/queryable-fake.ts";
import { expectedHints, hasFallen } from "./expected-hint.ts";
import { histogramSeriesArbitrary } from "./histogram-arbitrary.ts";
import { readSamples, withoutHint } from "./samples-of.ts";
import { StoreFixture } from "./store-fixture.ts";
import { WORLD_START_MS } from "./world-arbitrary.ts";

const LABELS = labelsOfRecord({ __name__: "h" });
const STEP_MS = 15_000;
const STALE_NAN = new Float64Array(Uint32Array.of(2, 0x7ff00000).buffer)[0] as number;

async function readOnly(store: Queryable): Promise<FakeSample[]> {
  const found: FakeSample[] = [];
  for await (const series of store.select([], { minMs: -Infinity, maxMs: Infinity })) {
    found.push(...readSamples(series));
  }
  return found;
}

function timed(values: readonly FakeValue[]): FakeSample[] {
  return values.map((value, i) => ({ timestampMs: WORLD_START_MS + i * STEP_MS, value }));
}

/** Samples whose hint promises what does not hold between neighbours. */
function withUnsoundHint(
  samples: readonly FakeSample[],
  given: readonly FakeSample[],
): readonly FakeSample[] {
  const givenAt = new Map(given.map(({ timestampMs, value }) => [timestampMs, value]));
  return samples.filter(({ timestampMs, value }, i) => {
    const produced = givenAt.get(timestampMs);
    if (typeof value !== "object" || typeof produced !== "object") return false;
    return !isSound(value, produced, samples[i - 1]?.value);
  });
}

function isSound(
  value: FloatHistogram,
  produced: FloatHistogram,
  before: FakeValue | undefined,
): boolean {
  const hint = value.counterResetHint;
  if (produced.counterResetHint === "gauge" || hint === "gauge") {
    return hint === produced.counterResetHint;
  }
  if (hint === "unknown") return true;
  return hint === "not_reset" && typeof before === "object" && !hasFallen(before, value);
}

describe("native histograms", () => {
  test("stay what they were through memory, log, blocks and merges, in any order of arrival", async () => {
    await fc.assert(
      fc.asyncProperty(
        histogramSeriesArbitrary,
        fc.integer({ min: 1, max: 7 }),
        async (values, parts) => {
          const samples = timed(values);
          await using fixture = await StoreFixture.create([], "head");
          fixture.advanceTo(WORLD_START_MS + samples.length * STEP_MS);
          const expected: FakeSample[] = [];
          const check = async (): Promise<void> => {
            expected.sort((a, b) => a.timestampMs - b.timestampMs);
            const found = await readOnly(fixture.store);
            expect(
              found.map(({ timestampMs, value }) => [timestampMs, withoutHint(value)]),
            ).toEqual(expected.map(({ timestampMs, value }) => [timestampMs, withoutHint(value)]));
            expect(withUnsoundHint(found, expected)).toEqual([]);
          };
          // The newest part first: all later ones arrive out of order, in layers and beside them.
          for (let part = parts - 1; part >= 0; part--) {
            const isMine = (index: number): boolean => index % parts === part;
            await fixture.append([{ labels: LABELS, metadata: null, samples }], isMine);
            expected.push(...samples.filter((_, index) => isMine(index)));
            await check();
            if (part === 3) await fixture.reopen();
            if (part === 2 || part === 0) await fixture.cut();
            await check();
          }
          await fixture.reopen();
          await check();
        },
      ),
      { numRuns: 40 },
    );
  });

  test("that come in order have the hints of Prometheus' chunks, in the head and in a block", async () => {
    await fc.assert(
      fc.asyncProperty(histogramSeriesArbitrary, async (values) => {
        const samples = timed(values);
        const series = [{ labels: LABELS, metadata: null, samples }];
        await using fixture = await StoreFixture.create(series, "head");
        const hints = async (): Promise<unknown> =>
          (await readOnly(fixture.store)).map(({ value }) =>
            typeof value === "object" ? value.counterResetHint : null,
          );
        const expected = expectedHints(values);
        expect(await hints()).toEqual(expected);
        await fixture.reopen();
        expect(await hints()).toEqual(expected);
        await fixture.cut();
        expect(await hints()).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

function histogram(count: number): FloatHistogram {
  return {
    ...EMPTY_HISTOGRAM,
    count,
    sum: count / 2,
    positive: { indexes: Int32Array.of(0), counts: Float64Array.of(count) },
  };
}

async function appendOne(fixture: StoreFixture, timestampMs: number, value: FakeValue) {
  const { store } = fixture;
  const words = value === "stale" ? [2, 0x7ff00000] : [0, 0];
  return store.append({
    length: 1,
    refs: Uint32Array.of(store.ensureSeries(LABELS)),
    timestampsMs: Float64Array.of(timestampMs),
    values:
      typeof value === "number"
        ? Float64Array.of(value)
        : new Float64Array(Uint32Array.from(words).buffer),
    histograms: typeof value === "object" ? [value] : null,
  });
}

describe("the append rules for native histograms", () => {
  const at = WORLD_START_MS;

  async function fixtureWith(value: FakeValue): Promise<StoreFixture> {
    const fixture = await StoreFixture.create([], "head");
    fixture.advanceTo(at + STEP_MS);
    expect(await appendOne(fixture, at, value)).toMatchObject({ appended: 1 });
    return fixture;
  }

  test("an equal one changes nothing, hints aside; another one at its time is a duplicate", async () => {
    await using fixture = await fixtureWith(histogram(3));
    const again: FloatHistogram = { ...histogram(3), counterResetHint: "not_reset" };
    expect(await appendOne(fixture, at, again)).toMatchObject({ unchanged: 1 });
    const { rejected } = await appendOne(fixture, at, { ...histogram(3), sum: 9 });
    expect(rejected.duplicate).toBe(1);
    expect(await readOnly(fixture.store)).toEqual([{ timestampMs: at, value: histogram(3) }]);
  });

  test("the same holds for one that is not the newest", async () => {
    await using fixture = await fixtureWith(histogram(3));
    await appendOne(fixture, at + STEP_MS, histogram(4));
    expect(await appendOne(fixture, at, histogram(3))).toMatchObject({ unchanged: 1 });
    expect((await appendOne(fixture, at, histogram(2))).rejected.duplicate).toBe(1);
  });

  test("a float and a histogram at one time are a duplicate, even if the sum is that float", async () => {
    await using histograms = await fixtureWith(histogram(3));
    expect((await appendOne(histograms, at, 1.5)).rejected.duplicate).toBe(1);
    await using floats = await fixtureWith(1.5);
    expect((await appendOne(floats, at, histogram(3))).rejected.duplicate).toBe(1);
  });

  test("one whose sum is the stale marker is the stale marker", async () => {
    await using fixture = await fixtureWith({ ...EMPTY_HISTOGRAM, sum: STALE_NAN });
    expect(await readOnly(fixture.store)).toEqual([{ timestampMs: at, value: "stale" }]);
    expect(await appendOne(fixture, at, "stale")).toMatchObject({ unchanged: 1 });
  });

  test("a series whose newest sample is one has no newest value", async () => {
    await using fixture = await fixtureWith(histogram(3));
    const { store } = fixture;
    const [ref = 0] = store.select([]);
    const isEnded = (): boolean => isStaleMarker(wordsOf(store.values), ref);
    expect([isEnded(), store.stats().histogramSeries]).toEqual([true, 1]);
    await appendOne(fixture, at + STEP_MS, 7);
    expect([isEnded(), store.stats().histogramSeries]).toEqual([false, 0]);
    expect(store.values[ref]).toBe(7);
  });

  test.each([
    ["a schema that there is not", { ...histogram(1), schema: 9 }],
    ["half a schema", { ...histogram(1), schema: 0.5 }],
    [
      "buckets without counts",
      { ...histogram(1), positive: { indexes: Int32Array.of(1, 2), counts: Float64Array.of(1) } },
    ],
    [
      "buckets out of order",
      {
        ...histogram(1),
        negative: { indexes: Int32Array.of(2, 1), counts: Float64Array.of(1, 1) },
      },
    ],
    [
      "a bucket twice",
      {
        ...histogram(1),
        negative: { indexes: Int32Array.of(2, 2), counts: Float64Array.of(1, 1) },
      },
    ],
    ["bounds with an exponential schema", { ...histogram(1), customBounds: Float64Array.of(1) }],
    [
      "a bucket past its bounds",
      {
        ...histogram(1),
        schema: -53,
        positive: { indexes: Int32Array.of(2), counts: Float64Array.of(1) },
        customBounds: Float64Array.of(1),
      },
    ],
    [
      "too many buckets",
      {
        ...histogram(1),
        positive: {
          indexes: Int32Array.from({ length: 65_537 }, (_, i) => i),
          counts: new Float64Array(65_537),
        },
      },
    ],
    [
      "too many bounds",
      {
        ...histogram(1),
        schema: -53,
        customBounds: Float64Array.from({ length: 65_537 }, (_, i) => i),
      },
    ],
  ])("refuses a whole batch for %s, and says why", async (_, value) => {
    await using fixture = await StoreFixture.create([], "head");
    fixture.advanceTo(at);
    const { store } = fixture;
    const batch = {
      length: 2,
      refs: Uint32Array.of(
        store.ensureSeries(labelsOfRecord({ id: "a" })),
        store.ensureSeries(LABELS),
      ),
      timestampsMs: Float64Array.of(at, at),
      values: Float64Array.of(1, 0),
      histograms: [undefined, value],
    };
    await expect(store.append(batch)).rejects.toMatchObject({ code: "histogram_invalid" });
    await expect(store.append(batch)).rejects.toThrow(/native histogram of h is refused because/);
    expect(await readOnly(store)).toEqual([]);
  });
});
