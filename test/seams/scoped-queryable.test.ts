import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type CompiledEntitlement,
  compileEntitlement,
  type Entitlement,
  NO_ENTITLEMENT,
  scopeLabels,
  scopeQueryable,
} from "#access";
import {
  compareLabels,
  compareUtf8,
  compileMatcher,
  formatLabels,
  type Labels,
  labelPairs,
  labelsKey,
  labelValue,
  type Matcher,
  SampleColumns,
  type SelectedSeries,
} from "#model";
import { type FakeSeries, QueryableFake } from "../fakes/queryable-fake.ts";
import { WORLD_START_MS, worldArbitrary } from "./world-arbitrary.ts";

/**
 * What a tenant can reach is the definition and nothing else: its entitlement's series, with their
 * labels as its rules leave them, of which the query's matchers hold. Whatever the query says.
 */
const NOW_MS = WORLD_START_MS + 90 * 60_000;
const ALL_TIME = { minMs: -Infinity, maxMs: Infinity };

const names = ["__name__", "job", "instance", "Zone", "ü"];
const value = fc.constantFrom("", "a", "b", "ab", "z.1");
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom(...names, "other"),
  operator: fc.constantFrom("=", "!=", "=~", "!~"),
  value: fc.oneof(value, fc.constantFrom(".*", "a|b", "a.*", ".+")),
});
const selector = fc.constantFrom(
  '{job="a"}',
  '{job!=""}',
  '{__name__=~"a|b"}',
  '{Zone=~".+",job!~"b"}',
  '{instance="ab"}',
);
const entitlement: fc.Arbitrary<Entitlement> = fc.record({
  selectors: fc.array(selector, { maxLength: 3 }),
  dropLabels: fc.subarray(["instance", "Zone"]),
  renameLabels: fc.constantFrom([], [{ from: "job", to: "team" }], [{ from: "ü", to: "job" }]),
  maxAgeMs: fc.constantFrom(null, 30 * 60_000),
  onCollision: fc.constantFrom("refuse", "sum", "max"),
});

function holds(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((one) => compileMatcher(one)(labelValue(labels, one.name)));
}

/** The series that the definition gives, with the labels that the tenant sees. */
function visible(
  world: readonly FakeSeries[],
  compiled: CompiledEntitlement,
  matchers: readonly Matcher[],
): readonly { readonly stored: FakeSeries; readonly labels: Labels }[] {
  const admitted = world.filter(({ labels }) =>
    compiled.selectors.some((conditions) => holds(conditions, labels)),
  );
  return admitted
    .map((stored) => ({ stored, labels: compiled.transform(stored.labels) }))
    .filter(({ labels }) => holds(matchers, labels));
}

describe("a scoped store", () => {
  test("gives the entitlement's series, and samples no older than it allows", async () => {
    await fc.assert(
      fc.asyncProperty(worldArbitrary, entitlement, fc.array(matcher, { maxLength: 2 }), check),
      { numRuns: 500 },
    );
  });

  test("without an entitlement has nothing, whatever is asked", async () => {
    await fc.assert(
      fc.asyncProperty(worldArbitrary, fc.array(matcher), async (world, matchers) => {
        const store = new QueryableFake(world);
        const compiled = compileEntitlement(NO_ENTITLEMENT);
        const scoped = scopeQueryable(store, compiled, NOW_MS);
        for await (const _ of scoped.select(matchers, ALL_TIME)) expect.unreachable();
        const selection = { selectors: [matchers], range: ALL_TIME };
        const labels = scopeLabels(store, compiled, NOW_MS);
        expect(await labels.labelNames(selection)).toEqual([]);
        expect(await labels.labelValues("job", selection)).toEqual([]);
        expect(await labels.metricMetadata(selection)).toEqual([]);
        for await (const _ of labels.seriesLabels(selection)) expect.unreachable();
      }),
    );
  });

  test("tells of labels what its series have, and no more", async () => {
    await fc.assert(
      fc.asyncProperty(
        worldArbitrary,
        entitlement,
        fc.array(fc.array(matcher, { maxLength: 2 }), { minLength: 1, maxLength: 2 }),
        checkLabels,
      ),
      { numRuns: 300 },
    );
  });
});

async function check(
  world: readonly FakeSeries[],
  rule: Entitlement,
  matchers: readonly Matcher[],
): Promise<void> {
  const compiled = compileEntitlement(rule);
  const oldestMs = rule.maxAgeMs === null ? -Infinity : NOW_MS - rule.maxAgeMs;
  const young = world.filter(({ samples }) =>
    samples.some(({ timestampMs }) => timestampMs >= oldestMs),
  );
  const expected = Map.groupBy(visible(young, compiled, matchers), ({ labels }) =>
    labelsKey(labels),
  );
  const scoped = scopeQueryable(new QueryableFake(world), compiled, NOW_MS);
  const seen: Labels[] = [];
  for await (const series of scoped.select(matchers, ALL_TIME)) {
    const { labels } = series;
    seen.push(labels);
    const alike = expected.get(labelsKey(labels)) ?? [];
    const times = alike.flatMap(({ stored }) =>
      stored.samples.map(({ timestampMs }) => timestampMs).filter((timeMs) => timeMs >= oldestMs),
    );
    const unique = [...new Set(times)].toSorted((a, b) => a - b);
    // Series that look equal may be refused together, never shown in part.
    const shown = timesOf(series) ?? (alike.length > 1 ? unique : null);
    expect(shown).toEqual(unique);
  }
  const wanted = [...expected.values()].map(([first]) => first?.labels as Labels);
  expect(seen.map(formatLabels)).toEqual(wanted.toSorted(compareLabels).map(formatLabels));
}

/** Null where the store refuses to join what looks equal. */
function timesOf(series: SelectedSeries): readonly number[] | null {
  const samples = new SampleColumns();
  try {
    series.read(samples);
  } catch (error) {
    if ((error as { code?: string }).code === "label_collision") return null;
    throw error;
  }
  return Array.from(samples.timestampsMs.subarray(0, samples.length));
}

async function checkLabels(
  world: readonly FakeSeries[],
  rule: Entitlement,
  selectors: readonly (readonly Matcher[])[],
): Promise<void> {
  // The age of series depends on when they have samples; here on labels alone.
  const compiled = compileEntitlement({ ...rule, maxAgeMs: null });
  const withSamples = world.filter(({ samples }) => samples.length > 0);
  const all = new Map(
    selectors
      .flatMap((matchers) => visible(withSamples, compiled, matchers))
      .map(({ labels }) => [labelsKey(labels), labels] as const),
  );
  const selection = { selectors, range: ALL_TIME };
  const scoped = scopeLabels(new QueryableFake(world), compiled, NOW_MS);
  const listed: Labels[] = [];
  for await (const labels of scoped.seriesLabels(selection)) listed.push(labels);
  const wanted = [...all.values()].toSorted(compareLabels);
  expect(listed.map(formatLabels)).toEqual(wanted.map(formatLabels));
  const pairs = wanted.flatMap((labels) => [...labelPairs(labels)]);
  expect(await scoped.labelNames(selection)).toEqual(sorted(pairs.map(([name]) => name)));
  for (const name of [...names, "team"]) {
    const values = pairs.filter(([other]) => other === name).map(([, text]) => text);
    expect(await scoped.labelValues(name, selection)).toEqual(sorted(values));
  }
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted(compareUtf8);
}
