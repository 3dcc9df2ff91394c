import { describe, expect, test } from "vitest";
import {
  compileMatcher,
  type Labels,
  labelsOfRecord,
  labelValue,
  type LatestSeries,
  type SeriesRef,
  wordsOf,
  writeStaleMarker,
} from "#model";
import { type Entitlement, NO_ENTITLEMENT } from "./entitlement.ts";
import { explainEntitlement } from "./explain-entitlement.ts";

const NOW_MS = 1_000_000;

/** As many series as label sets, all of now, but for the ages and endings that are given. */
function latestOf(
  records: readonly Readonly<Record<string, string>>[],
  special: { readonly ended?: readonly number[]; readonly agesMs?: readonly number[] } = {},
): LatestSeries {
  const all: readonly Labels[] = records.map(labelsOfRecord);
  const values = new Float64Array(all.length);
  const words = wordsOf(values);
  for (const ref of special.ended ?? []) writeStaleMarker(words, ref);
  return {
    refEnd: all.length,
    timestampsMs: Float64Array.from(all, (_, ref) => NOW_MS - (special.agesMs?.[ref] ?? 0)),
    values,
    appendCount: 1,
    isLive: (ref) => ref < all.length,
    labels: (ref: SeriesRef) => all[ref] ?? labelsOfRecord({}),
    metadata: () => ({ family: "f", type: "gauge", help: "", unit: "" }),
    select: (matchers) =>
      Uint32Array.from(
        Array.from(all.keys()).filter((ref) =>
          matchers.every((m) =>
            compileMatcher(m)(labelValue(all[ref] ?? labelsOfRecord({}), m.name)),
          ),
        ),
      ),
    listen: () => () => {},
  };
}

const rule = (part: Partial<Entitlement>): Entitlement => ({ ...NO_ENTITLEMENT, ...part });

const latest = latestOf([
  { __name__: "a", tenant: "1", pod: "x" },
  { __name__: "a", tenant: "1", pod: "y" },
  { __name__: "a", tenant: "2", pod: "x" },
  { __name__: "a", pod: "x" },
  { __name__: "b", tenant: "1", pod: "x" },
]);

test("counts metrics and series, each once", () => {
  const explained = explainEntitlement(
    latest,
    rule({ selectors: ['{tenant="1"}', 'a{tenant="1"}'] }),
    undefined,
    NOW_MS,
  );
  expect(explained.metrics).toEqual([
    { name: "a", type: "gauge", series: 2 },
    { name: "b", type: "gauge", series: 1 },
  ]);
  expect(explained.seriesCount).toBe(3);
  expect(explained.selectors).toEqual([
    { selector: '{tenant="1"}', series: 3 },
    { selector: 'a{tenant="1"}', series: 2 },
  ]);
  expect(explained.change).toBeNull();
});

test("leaves out what has ended and what is too old", () => {
  const some = latestOf(
    [
      { __name__: "a", i: "0" },
      { __name__: "a", i: "1" },
      { __name__: "a", i: "2" },
    ],
    {
      ended: [0],
      agesMs: [0, 5000, 5001],
    },
  );
  const explained = explainEntitlement(
    some,
    rule({ selectors: ["a"], maxAgeMs: 5000 }),
    undefined,
    NOW_MS,
  );
  expect(explained.seriesCount).toBe(1);
});

test("names the pairs that would look alike", () => {
  const explained = explainEntitlement(
    latest,
    rule({ selectors: ['{tenant="1"}'], dropLabels: ["pod"] }),
    undefined,
    NOW_MS,
  );
  expect(explained.collisionCount).toBe(1);
  expect(explained.collisions).toEqual([
    { seen: 'a{tenant="1"}', first: 'a{pod="x", tenant="1"}', second: 'a{pod="y", tenant="1"}' },
  ]);
  expect(explained.dropped).toEqual([{ label: "pod", series: 3 }]);
  expect(explained.warnings.join("\n")).toContain("every request is refused");
});

test("tells what a new rule changes", () => {
  const explained = explainEntitlement(
    latest,
    rule({ selectors: ['{tenant="1"}'] }),
    rule({ selectors: ['a{tenant=~"1|2"}'], renameLabels: [{ from: "pod", to: "host" }] }),
    NOW_MS,
  );
  expect(explained.change).toEqual({
    metricsGained: [{ name: "a", type: "gauge", series: 1 }],
    metricsLost: [{ name: "b", type: "gauge", series: 1 }],
    seriesGained: 1,
    seriesLost: 1,
    seriesRelabelled: 2,
  });
  const gone = explainEntitlement(latest, rule({ selectors: ["a"] }), null, NOW_MS);
  expect(gone).toMatchObject({ seriesCount: 0, change: { seriesLost: 4 } });
});

const warnings = (part: Partial<Entitlement>): string =>
  explainEntitlement(latest, null, rule(part), NOW_MS).warnings.join("\n");

describe("warns", () => {
  test("of expressions that admit series without the label", () => {
    expect(warnings({ selectors: ['a{tenant=~"2|"}'] })).toContain(
      'also admits series without the label "tenant", at present 1',
    );
    expect(warnings({ selectors: ['a{tenant!="1"}'] })).toContain("at present 1");
    expect(warnings({ selectors: ['b{tenant!="2"}'] })).not.toContain("without the label");
    expect(warnings({ selectors: ['a{tenant=~"2|3"}'] })).toBe("");
  });

  test("of selectors that match nothing or any metric, and of no selectors", () => {
    expect(warnings({ selectors: ["c"] })).toBe("Selector c matches no series at present.");
    expect(warnings({ selectors: ['{tenant="1"}'] })).toContain("metrics of any name");
    expect(warnings({})).toContain("sees nothing");
  });

  test("of labels that are replaced, unless they move away themselves", () => {
    const selectors = ['a{tenant="1"}'];
    const swap = [
      { from: "pod", to: "tenant" },
      { from: "tenant", to: "pod" },
    ];
    expect(warnings({ selectors, renameLabels: swap.slice(0, 1) })).toContain("In 2 series");
    expect(warnings({ selectors, renameLabels: swap })).toBe("");
  });
});
