import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareLabels, labelsKey, labelsOfRecord, type Matcher, compileMatcher } from "#model";
import type { Labels, SeriesRef } from "#model";
import { EventLoopTurns } from "../block/event-loop-turns.ts";
import { matchSeries, matchSeriesInTurns } from "./match-series.ts";
import { SeriesIndex } from "./series-index.ts";

const text = fc.constantFrom("a", "b", "c", "ab", "grün", "𝒳", "");
const labels = fc
  .record({ __name__: text, job: text, zone: text, path: text }, { requiredKeys: [] })
  .map((record) => labelsOfRecord(record));

const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom("__name__", "job", "zone", "missing"),
  operator: fc.constantFrom("=", "!=", "=~", "!~"),
  value: fc.constantFrom("a", "b", "", "a|b", ".*", ".+", "x"),
});

function holds(series: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((one) => {
    const at = series.findIndex((part, i) => i % 2 === 0 && part === one.name);
    return compileMatcher(one)(at < 0 ? "" : (series[at + 1] as string));
  });
}

test("finds, compares, selects and forgets as a plain list does", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(labels, fc.boolean()), { maxLength: 60 }),
      fc.array(fc.array(matcher, { maxLength: 3 }), { maxLength: 6 }),
      (steps, queries) => {
        const index = new SeriesIndex();
        const known = new Map<string, SeriesRef>();
        for (const [series, drops] of steps) {
          const ref = index.ensure(series);
          expect(known.get(labelsKey(series)) ?? ref).toBe(ref);
          known.set(labelsKey(series), ref);
          if (!drops) continue;
          index.drop(ref);
          expect(index.labels(ref)).toEqual(series);
          index.forget(ref);
          index.sweepPairs(0, index.pairEnd);
          index.finishSweep();
          known.delete(labelsKey(series));
          expect(index.find(series)).toBe(0);
        }
        expect(index.count).toBe(known.size);
        const all = Array.from(known, ([key, ref]) => ({ labels: JSON.parse(key) as Labels, ref }));
        for (const one of all) {
          expect(index.labels(one.ref)).toEqual(one.labels);
          expect(index.find(one.labels)).toBe(one.ref);
          for (const other of all.slice(0, 5)) {
            const order = Math.sign(compareLabels(one.labels, other.labels));
            expect(Math.sign(index.compare(one.ref, other.ref))).toBe(order);
          }
        }
        for (const query of queries) {
          const expected = all.filter((one) => holds(one.labels, query)).map((one) => one.ref);
          const found = Array.from(matchSeries(index, query));
          expect(found).toEqual(expected.toSorted((a, b) => a - b));
        }
      },
    ),
    { numRuns: 150, seed: 3 },
  );
});

test("forgetting all series frees all pairs and symbols", () => {
  const index = new SeriesIndex();
  for (let round = 0; round < 3; round++) {
    const refs = Array.from({ length: 500 }, (_, i) =>
      index.ensure(labelsOfRecord({ __name__: "m", id: `${i}`, zone: `z${i % 3}` })),
    );
    expect(index.pairCount).toBe(504);
    for (const ref of refs) index.drop(ref);
    for (const ref of refs) index.forget(ref);
    index.sweepPairs(0, index.pairEnd);
    index.finishSweep();
    expect([index.count, index.pairCount, index.symbolCount]).toEqual([0, 0, 0]);
    // Places are handed out again, refs never.
    expect(index.pairEnd).toBe(505);
    expect(index.refEnd).toBe(1 + 500 * (round + 1));
  }
});

test("a selection in turns begins again when pairs get other meanings in a turn", async () => {
  const index = new SeriesIndex();
  const gone = index.ensure(labelsOfRecord({ x: "old" }));
  const kept = index.ensure(labelsOfRecord({ x: "kept" }));
  class TurnsWithSweep extends EventLoopTurns {
    passed = 0;
    override due(): boolean {
      return true;
    }
    override async pass(): Promise<void> {
      this.passed += 1;
      if (this.passed > 1) return;
      const freed = index.findPair("x", "old");
      index.drop(gone);
      index.forget(gone);
      index.sweepPairs(0, index.pairEnd);
      index.finishSweep();
      index.ensure(labelsOfRecord({ y: "other" }));
      expect(index.findPair("y", "other")).toBe(freed);
    }
  }
  const turns = new TurnsWithSweep();
  const either: Matcher = { name: "x", operator: "=~", value: "old|kept" };
  expect(await matchSeriesInTurns(index, [either], turns)).toEqual(Uint32Array.of(kept));
  expect(turns.passed).toBeGreaterThan(1);
});
