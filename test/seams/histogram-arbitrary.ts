import * as fc from "fast-check";
import {
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  type FloatHistogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from "#model";
import type { FakeValue } from "../fakes/queryable-fake.ts";

/** Buckets of one side by index. */
type Side = ReadonlyMap<number, number>;

interface State {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly customBounds: readonly number[];
  readonly zeroCount: number;
  readonly positive: Side;
  readonly negative: Side;
}

/** What a producer does from one sample to the next. */
type Step =
  | { readonly kind: "observe"; readonly side: "positive" | "negative"; readonly added: Side }
  | { readonly kind: "zero"; readonly added: number }
  | { readonly kind: "same" }
  | { readonly kind: "restart"; readonly state: State }
  | { readonly kind: "forget"; readonly index: number }
  | { readonly kind: "float"; readonly value: number | "stale" };

interface Sample {
  readonly step: Step;
  readonly sum: number;
  readonly hint: CounterResetHint;
  /** Added to what the buckets give: observations of NaN lie in none. */
  readonly uncounted: number;
}

const integerCount = fc.oneof(fc.nat({ max: 8 }), fc.nat({ max: 100_000 }), fc.constant(2 ** 40));
const anyCount = fc.oneof(
  { weight: 4, arbitrary: integerCount },
  fc.double({ min: 0, max: 1000, noNaN: true }),
  fc.constantFrom(0.1, 2 ** 60, Number.NaN, Infinity, -0),
);

function sideOf(count: fc.Arbitrary<number>, indexMax: number): fc.Arbitrary<Side> {
  const index = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: -3, max: 12 }) },
    fc.integer({ min: -2000, max: 2000 }),
  );
  const bucket = fc.tuple(
    index.map((i) => (indexMax < 0 ? i : Math.abs(i) % (indexMax + 1))),
    count,
  );
  return fc.array(bucket, { maxLength: 8 }).map((buckets) => new Map(buckets));
}

function stateOf(count: fc.Arbitrary<number>): fc.Arbitrary<State> {
  const exponential: fc.Arbitrary<State> = fc.record({
    schema: fc.integer({ min: -4, max: 8 }),
    zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001),
    customBounds: fc.constant([]),
    zeroCount: count,
    positive: sideOf(count, -1),
    negative: sideOf(count, -1),
  });
  const bounds = fc
    .uniqueArray(fc.oneof(fc.constantFrom(0.005, 0.01, 0.1, 1, 2.5), fc.double({ noNaN: true })), {
      maxLength: 6,
    })
    .map((list) => list.filter((bound) => Number.isFinite(bound)).toSorted((a, b) => a - b));
  const custom: fc.Arbitrary<State> = bounds.chain((customBounds) =>
    fc.record({
      schema: fc.constant(CUSTOM_BUCKETS_SCHEMA),
      zeroThreshold: fc.constant(0),
      customBounds: fc.constant(customBounds),
      zeroCount: fc.constant(0),
      positive: sideOf(count, customBounds.length),
      negative: fc.constant<Side>(new Map()),
    }),
  );
  return fc.oneof(exponential, custom);
}

function stepOf(count: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  const observe = fc
    .tuple(fc.constantFrom("positive" as const, "negative" as const), sideOf(count, 6))
    .map(([side, added]): Step => ({ kind: "observe", side, added }));
  return fc.oneof(
    { weight: 8, arbitrary: observe },
    count.map((added): Step => ({ kind: "zero", added })),
    fc.constant<Step>({ kind: "same" }),
    stateOf(count).map((state): Step => ({ kind: "restart", state })),
    fc.nat({ max: 5 }).map((index): Step => ({ kind: "forget", index })),
    fc
      .oneof(fc.constant("stale" as const), fc.double())
      .map((value): Step => ({ kind: "float", value })),
  );
}

function samplesOf(count: fc.Arbitrary<number>): fc.Arbitrary<FakeValue[]> {
  const sample: fc.Arbitrary<Sample> = fc.record({
    step: stepOf(count),
    sum: fc.oneof(fc.integer(), fc.double()),
    hint: fc.oneof(
      { weight: 12, arbitrary: fc.constant("unknown" as const) },
      fc.constantFrom("reset" as const, "not_reset" as const, "gauge" as const),
    ),
    uncounted: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat({ max: 3 })),
  });
  return fc
    .tuple(stateOf(count), fc.array(sample, { maxLength: 60 }))
    .map(([start, samples]) => produce(start, samples));
}

/** Values of a series as producers make them: counters that grow, restart, and change their layout. */
export const histogramSeriesArbitrary: fc.Arbitrary<FakeValue[]> = fc.oneof(
  { weight: 3, arbitrary: samplesOf(integerCount) },
  samplesOf(anyCount),
);

function produce(start: State, samples: readonly Sample[]): FakeValue[] {
  let state = start;
  return samples.map(({ step, sum, hint, uncounted }) => {
    if (step.kind === "float") return step.value;
    state = next(state, step);
    const total = [...state.positive.values(), ...state.negative.values()].reduce(
      (a, b) => a + b,
      state.zeroCount,
    );
    const histogram: FloatHistogram = {
      counterResetHint: hint,
      schema: state.schema,
      zeroThreshold: state.zeroThreshold,
      zeroCount: state.zeroCount,
      count: total + uncounted,
      sum,
      positive: bucketsOf(state.positive),
      negative: bucketsOf(state.negative),
      customBounds: Float64Array.from(state.customBounds),
    };
    return histogram;
  });
}

function next(state: State, step: Exclude<Step, { kind: "float" }>): State {
  switch (step.kind) {
    case "same":
      return state;
    case "zero":
      return state.schema === CUSTOM_BUCKETS_SCHEMA
        ? state
        : { ...state, zeroCount: state.zeroCount + step.added };
    case "restart":
      return step.state;
    case "forget":
      return {
        ...state,
        positive: new Map(Array.from(state.positive).filter((_, i) => i !== step.index)),
      };
    case "observe": {
      const isCustom = state.schema === CUSTOM_BUCKETS_SCHEMA;
      const name = isCustom ? "positive" : step.side;
      const side = new Map(state[name]);
      for (const [index, added] of step.added) {
        if (isCustom && (index < 0 || index > state.customBounds.length)) continue;
        side.set(index, (side.get(index) ?? 0) + added);
      }
      return { ...state, [name]: side };
    }
  }
}

function bucketsOf(side: Side): HistogramBuckets {
  if (side.size === 0) return NO_BUCKETS;
  const sorted = Array.from(side).toSorted(([a], [b]) => a - b);
  return {
    indexes: Int32Array.from(sorted, ([index]) => index),
    counts: Float64Array.from(sorted, ([, count]) => count),
  };
}
