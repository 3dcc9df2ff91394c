import * as fc from "fast-check";
import { labelsKey, labelsOfRecord, type Matcher, type MetricMetadata } from "#model";
import type { FakeSample, FakeSeries } from "../fakes/queryable-fake.ts";
import { histogramSeriesArbitrary } from "./histogram-arbitrary.ts";

/** Samples lie within an hour and a half from here: several ranges of the head. */
export const WORLD_START_MS = 1_800_000_000_000;
const WORLD_MS = 90 * 60_000;

const names = ["__name__", "job", "instance", "Zone", "ü"] as const;
const values = ["", "a", "b", "ab", "\u{1F600}", "\uFFFD", "z.1"] as const;
const labelRecord = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.constantFrom(...values)])) as Record<
    (typeof names)[number],
    fc.Arbitrary<string>
  >,
);

const metadata = fc.option(
  fc.record<MetricMetadata>({
    family: fc.constantFrom("m", "n"),
    type: fc.constantFrom("gauge", "counter"),
    help: fc.constantFrom("", "Help."),
    unit: fc.constant(""),
  }),
);

const timestampMs = fc
  .integer({ min: 0, max: WORLD_MS / 1000 })
  .map((second) => WORLD_START_MS + second * 1000);

const floatValue = fc.oneof(
  fc.integer({ min: -5, max: 1000 }),
  fc.double(),
  fc.constant("stale" as const),
);

const times = fc
  .uniqueArray(timestampMs, { maxLength: 12 })
  .map((list) => list.toSorted((a, b) => a - b));

/** Values at random times, by time. */
export const samplesArbitrary: fc.Arbitrary<FakeSample[]> = fc
  .tuple(
    times,
    fc.oneof(fc.array(floatValue, { minLength: 12, maxLength: 12 }), histogramSeriesArbitrary),
  )
  .map(([list, all]) =>
    list.flatMap((time, i) => {
      const value = all[i];
      return value === undefined ? [] : [{ timestampMs: time, value }];
    }),
  );

const series: fc.Arbitrary<FakeSeries> = fc.record({
  labels: labelRecord.map(labelsOfRecord),
  metadata,
  samples: samplesArbitrary,
});

/** Series with different labels. */
export const worldArbitrary: fc.Arbitrary<FakeSeries[]> = fc.uniqueArray(series, {
  selector: ({ labels }) => labelsKey(labels),
  maxLength: 12,
});

const matcher: fc.Arbitrary<Matcher> = fc.oneof(
  fc.record({
    name: fc.constantFrom(...names, "absent"),
    operator: fc.constantFrom("=" as const, "!=" as const),
    value: fc.constantFrom(...values),
  }),
  fc.record({
    name: fc.constantFrom(...names, "absent"),
    operator: fc.constantFrom("=~" as const, "!~" as const),
    value: fc.constantFrom(".*", ".+", "a|b", "a.*", "z\\.1", "", "[^a]*"),
  }),
);

export const matchersArbitrary: fc.Arbitrary<Matcher[]> = fc.array(matcher, { maxLength: 3 });
