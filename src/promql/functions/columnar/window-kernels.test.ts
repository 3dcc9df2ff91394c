import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labelsOfRecord } from "#model";
import { Annotations } from "../../eval/annotations.ts";
import { Pacer } from "../../eval/pacer.ts";
import { NO_HISTOGRAMS, type RangeSeries } from "../../eval/range-samples.ts";
import type { RangeVector } from "../../eval/range-vector.ts";
import { slideTo, windowOf } from "../../eval/slide-windows.ts";
import { type StepGrid } from "../../eval/step-grid.ts";
import { pointAt, type PointValue } from "../../eval/vector-series.ts";
import { WindowBounds } from "../../eval/window-bounds.ts";
import { floatCount, type WindowCall } from "../../eval/window.ts";
import { WINDOW_FUNCTIONS } from "../window-functions.ts";
import { ExtrapolationFactors } from "./extrapolation-factors.ts";
import { Scratch } from "./scratch.ts";
import { WINDOW_KERNELS } from "./window-kernels.ts";

/** Of whatever kind: counters that begin anew, whole numbers, numbers that round, and the odd ones. */
const value = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -5, max: 100 }) },
  { weight: 4, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e308, -1e308, 2 ** 53, 5e-324),
  },
);
const wholeNumbers = fc.array(fc.integer({ min: -1000, max: 1000 }), { maxLength: 40 });
const counter = fc
  .array(fc.double({ min: 0, max: 9, noNaN: true }), { maxLength: 40 })
  .map((steps) => {
    let total = 0;
    return steps.map((step) => (total = step < 1 ? step : total + step));
  });

const world = fc.record({
  values: fc.oneof(fc.array(value, { maxLength: 40 }), wholeNumbers, counter),
  gaps: fc.array(fc.constantFrom(1, 15_000, 14_999, 60_000, 400_000), {
    minLength: 40,
    maxLength: 40,
  }),
  grid: fc.record({
    startMs: fc.integer({ min: -100_000, max: 900_000 }),
    stepMs: fc.constantFrom(1_000, 15_000, 37_000, 300_000),
    count: fc.integer({ min: 1, max: 40 }),
  }),
  rangeMs: fc.constantFrom(1, 15_000, 60_000, 300_000, 5_000_000),
  atMs: fc.option(fc.integer({ min: 0, max: 900_000 }), { freq: 8 }),
  scalar: fc.constantFrom(0, 0.25, 0.5, 1, 1.5, NaN),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function seriesIn({ values, gaps }: World): RangeSeries {
  let timeMs = 0;
  const timestampsMs = Float64Array.from(values, (_, i) => (timeMs += gaps[i] ?? 1));
  return {
    labels: labelsOfRecord({ __name__: "x" }),
    dropsName: false,
    floats: {
      length: values.length,
      timestampsMs,
      values: Float64Array.from(values),
      startTimestampsMs: null,
    },
    histograms: NO_HISTOGRAMS,
  };
}

function callIn({ rangeMs }: World, functionName: string): WindowCall {
  const position = { start: 0, end: 0 };
  return {
    functionName,
    rangeMs,
    edges: null,
    position,
    argumentPositions: [position],
    annotations: new Annotations(),
  };
}

const EDGELESS = { lookbackMs: 0 } as Parameters<typeof slideTo>[2];

/** The function as it is defined: window by window. */
function defined(name: string, given: World): PointValue[] {
  const { grid, rangeMs, atMs, scalar } = given;
  const series = seriesIn(given);
  const time = { atMs, offsetMs: 0 };
  const range: RangeVector = { rangeMs, time, edges: null, series: [], grid: null };
  const window = windowOf(series);
  const call = callIn(given, name);
  const results: PointValue[] = [];
  for (let step = 0; step < grid.count; step++) {
    slideTo(window, range, EDGELESS, grid, step);
    const hasSamples = floatCount(window) > 0;
    results.push(hasSamples ? WINDOW_FUNCTIONS.get(name)?.(window, call, [scalar]) : undefined);
  }
  return results;
}

function computed(name: string, given: World, scratch: Scratch): PointValue[] {
  const { grid, rangeMs, atMs, scalar } = given;
  const { floats } = seriesIn(given);
  const bounds = new WindowBounds({ atMs, offsetMs: 0 }, rangeMs, grid);
  bounds.find(floats);
  const columns = columnsOver(grid);
  WINDOW_KERNELS.get(name)?.(floats, bounds, columns, {
    call: callIn(given, name),
    scalarColumns: [new Float64Array(grid.count).fill(scalar)],
    scratch,
    factors: new ExtrapolationFactors(),
    pacer: new Pacer(() => undefined),
  });
  const points = Array.from({ length: grid.count }, (_, step) => pointAt(columns, step));
  expect(columns.pointCount).toBe(points.filter((point) => point !== undefined).length);
  return points;
}

function columnsOver({ count }: StepGrid) {
  return {
    kinds: new Uint8Array(count),
    values: new Float64Array(count),
    histograms: null,
    pointCount: 0,
  };
}

describe("kernels give to the bit what the functions are defined to give", () => {
  // What one series leaves in the scratch memory must not reach the next.
  const scratch = new Scratch();
  test.each([...WINDOW_KERNELS.keys()])("%s", (name) => {
    expect(WINDOW_FUNCTIONS.has(name)).toBe(true);
    fc.assert(
      fc.property(world, (given) => {
        expect(computed(name, given, scratch)).toEqual(defined(name, given));
      }),
      { numRuns: 500 },
    );
  });
});
