import { expect, test } from "vitest";
import { EMPTY_LABELS, labelsOfRecord, type Matcher, type SeriesRef } from "#model";
import { ExemplarRing } from "./exemplar-ring.ts";

const ALL = { minMs: -Infinity, maxMs: Infinity };
const series = (id: number) => labelsOfRecord({ __name__: "m", id: String(id) });
const trace = (id: string) => labelsOfRecord({ trace_id: id });

function ring(entriesMax = 100): ExemplarRing {
  return new ExemplarRing(entriesMax, (ref) => series(ref));
}

function add(exemplars: ExemplarRing, ref: number, timestampMs: number, id = String(timestampMs)) {
  const exemplar = { labels: trace(id), value: timestampMs / 2, timestampMs };
  exemplars.add({ ref: ref as SeriesRef, exemplar }, 0);
}

async function select(exemplars: ExemplarRing, ...selectors: Matcher[][]) {
  const found = await exemplars.select({ selectors, range: ALL });
  return found.map(({ labels, exemplars: list }) => [
    labels,
    list.map(({ timestampMs }) => timestampMs),
  ]);
}

const idIs = (value: string): Matcher => ({ name: "id", operator: "=", value });

test("gives each selected series once, by labels, with its exemplars by time", async () => {
  const exemplars = ring();
  for (const [ref, timestampMs] of [
    [2, 10],
    [1, 11],
    [2, 12],
    [3, 13],
    [1, 15],
  ] as const)
    add(exemplars, ref, timestampMs);
  expect(await select(exemplars, [])).toEqual([
    [series(1), [11, 15]],
    [series(2), [10, 12]],
    [series(3), [13]],
  ]);
  expect(await select(exemplars, [idIs("3")], [idIs("1")], [idIs("1")])).toEqual([
    [series(1), [11, 15]],
    [series(3), [13]],
  ]);
  expect(await select(exemplars)).toEqual([]);
});

test("both ends of the range belong to it", async () => {
  const exemplars = ring();
  for (const timestampMs of [10, 20, 30, 40]) add(exemplars, 1, timestampMs);
  const found = await exemplars.select({ selectors: [[]], range: { minMs: 20, maxMs: 30 } });
  expect(found[0]?.exemplars).toEqual([
    { labels: trace("20"), value: 10, timestampMs: 20 },
    { labels: trace("30"), value: 15, timestampMs: 30 },
  ]);
});

test("keeps so many and no more, the newest", async () => {
  const exemplars = ring(3);
  for (let timestampMs = 1; timestampMs <= 7; timestampMs++) {
    add(exemplars, timestampMs % 2, timestampMs);
  }
  expect(exemplars.count).toBe(3);
  expect(await select(exemplars, [])).toEqual([
    [series(0), [6]],
    [series(1), [5, 7]],
  ]);
});

test("an exemplar that a later scrape shows again counts once", async () => {
  const exemplars = ring();
  add(exemplars, 1, 10);
  add(exemplars, 1, 10);
  const withoutTime = { labels: trace("x"), value: 1, timestampMs: null };
  exemplars.add({ ref: 1 as SeriesRef, exemplar: withoutTime }, 20);
  exemplars.add({ ref: 1 as SeriesRef, exemplar: withoutTime }, 30);
  expect(await select(exemplars, [])).toEqual([[series(1), [10, 20]]]);
});

test("exemplars of a series stay when it leaves memory, and join those of its return", async () => {
  const gone = new Set<number>();
  const labelsOf = (ref: SeriesRef) => (gone.has(ref) ? EMPTY_LABELS : series(ref % 10));
  const exemplars = new ExemplarRing(4, labelsOf);
  add(exemplars, 1, 10);
  add(exemplars, 2, 11);
  exemplars.keepLabels(1 as SeriesRef);
  exemplars.keepLabels(5 as SeriesRef);
  gone.add(1);
  add(exemplars, 11, 20);
  expect(await select(exemplars, [])).toEqual([
    [series(1), [10, 20]],
    [series(2), [11]],
  ]);
});

test("none are kept where none are wanted", async () => {
  const exemplars = ring(0);
  add(exemplars, 1, 10);
  expect(await select(exemplars, [])).toEqual([]);
});
