import {
  CUSTOM_BUCKETS_SCHEMA,
  EMPTY_HISTOGRAM,
  type FloatHistogram,
  type HistogramBuckets,
} from "#model";
import type { Random } from "./random.ts";

export interface HistogramsOptions {
  /** `changing`: now and then another schema or zero bucket. */
  readonly layout: "exponential" | "changing" | "custom";
  readonly isGauge: boolean;
  /** Of the custom layout. */
  readonly bounds: readonly number[];
}

/**
 * A counter begins with this many observations in each bucket, and keeps a part of them when it
 * begins anew: where it was zero is out of reach of every extrapolation, which only versions after
 * 3.5 stop there.
 */
const OBSERVATIONS_BEFORE = 1000;

/** A native histogram over time: a counter that now and then begins anew, or a gauge. */
export function randomHistograms(
  random: Random,
  length: number,
  { layout, isGauge, bounds }: HistogramsOptions,
): FloatHistogram[] {
  let shape = randomShape(random, layout, bounds);
  let counts = countsBefore(shape, isGauge);
  let sum = 0;
  return Array.from({ length }, () => {
    const changes = layout === "changing" && random.chance(0.05);
    if (changes) shape = randomShape(random, layout, bounds);
    if (changes || isGauge) counts = countsBefore(shape, isGauge);
    else if (random.chance(0.02)) counts = new Map([...counts].map(([i, n]) => [i, n >> 2]));
    if (changes || isGauge) sum = 0;
    for (let i = 0; i < 4; i++) {
      const observations = random.integer(0, 5);
      const bucket = random.integer(shape.lowest, shape.highest);
      counts.set(bucket, (counts.get(bucket) ?? 0) + observations);
      sum += observations * (bucket + random.fraction());
    }
    return histogramOf(shape, counts, sum, isGauge);
  });
}

function countsBefore({ lowest, highest }: Shape, isGauge: boolean): Counts {
  const counts: Counts = new Map();
  const before = isGauge ? 0 : OBSERVATIONS_BEFORE;
  // Empty buckets too: a store adds them where other samples of its chunk have any.
  for (let bucket = lowest; bucket <= highest; bucket++) counts.set(bucket, before);
  return counts;
}

/** By bucket: 0 is the zero bucket, negative ones are those below it. */
type Counts = Map<number, number>;

interface Shape {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly lowest: number;
  readonly highest: number;
  readonly bounds: Float64Array;
}

function randomShape(
  random: Random,
  layout: HistogramsOptions["layout"],
  bounds: readonly number[],
): Shape {
  if (layout === "custom") {
    return {
      schema: CUSTOM_BUCKETS_SCHEMA,
      zeroThreshold: 0,
      lowest: 1,
      highest: bounds.length + 1,
      bounds: Float64Array.from(bounds),
    };
  }
  return {
    schema: random.integer(-1, 3),
    zeroThreshold: random.pick([0, 0.001, 0.001, 0.1]),
    lowest: random.pick([0, 1, -3]),
    highest: random.integer(3, 7),
    bounds: new Float64Array(0),
  };
}

function histogramOf(shape: Shape, counts: Counts, sum: number, isGauge: boolean): FloatHistogram {
  const observations = [...counts.values()].reduce((total, count) => total + count, 0);
  return {
    ...EMPTY_HISTOGRAM,
    counterResetHint: isGauge ? "gauge" : "unknown",
    schema: shape.schema,
    zeroThreshold: shape.zeroThreshold,
    zeroCount: counts.get(0) ?? 0,
    count: observations,
    sum,
    // The first custom bucket has index 0.
    positive: side(counts, 1, shape.schema === CUSTOM_BUCKETS_SCHEMA ? -1 : 0),
    negative: side(counts, -1, 0),
    customBounds: shape.bounds,
  };
}

function side(counts: Counts, sign: 1 | -1, shift: number): HistogramBuckets {
  const buckets = [...counts].filter(([bucket]) => bucket * sign > 0);
  buckets.sort(([a], [b]) => (a - b) * sign);
  return {
    indexes: Int32Array.from(buckets, ([bucket]) => bucket * sign + shift),
    counts: Float64Array.from(buckets, ([, count]) => count),
  };
}
