import type { Labels } from "#model";
import { compareLabels, type FloatHistogram, labelsOfRecord } from "#model";
import type { StoredPoint } from "#promql";
import type { Random } from "./random.ts";
import { type HistogramsOptions, randomHistograms } from "./world-histograms.ts";

/** Everything that is stored while a run's queries are asked. */
export type World = readonly WorldSeries[];

export interface WorldSeries {
  readonly labels: Labels;
  readonly points: readonly StoredPoint[];
}

/** A whole hour. */
export const WORLD_START_MS = 1_699_999_200_000;
const WORLD_MINUTES = 40;
export const WORLD_END_MS = WORLD_START_MS + WORLD_MINUTES * 60_000;
export const INTERVAL_MS = 15_000;

export interface WorldOptions {
  /** Samples lie on whole intervals, so that they meet the edges of ranges; else between seconds. */
  readonly isOnGrid: boolean;
  readonly hasHistograms: boolean;
  /**
   * Whether counters are ever so near to zero that extrapolation ends there: before 3.x that is
   * decided before it is seen how long the gap is.
   */
  readonly hasSmallCounters: boolean;
}

const COUNTED_BEFORE = 1e6;

type Item = StoredPoint["item"];
/** One for each interval; null: none is stored. */
type Items = Iterable<Item | null>;

/**
 * A small service as it is met in practice, and what is met there more rarely: counters that begin
 * anew, gaps, series that end with a stale marker and come back, NaN, infinities and extreme values,
 * classic and native histograms, series that are now one and then the other.
 */
export function randomWorld(random: Random, options: WorldOptions): World {
  const world: WorldSeries[] = [];
  const add = (labels: Record<string, string>, items: Items): void => {
    world.push({ labels: labelsOfRecord(labels), points: placed(random, items, options) });
  };
  for (const job of ["api", "web"]) {
    for (const instance of ["a:1", "b:2"]) {
      const target = { job, instance };
      for (const code of ["200", "500"]) {
        add({ __name__: "requests_total", ...target, code }, counter(random, options));
      }
      add({ __name__: "memory_bytes", ...target }, gauge(random, 1e9));
      add({ __name__: "temperature", ...target, zone: zoneOf(job, instance) }, gauge(random, 20));
      add({ __name__: "limit_bytes", ...target }, constant(random.integer(1, 9) * 1e8));
      addClassicHistogram(random, target, options, add);
      add({ __name__: "build_info", ...target, version: `1.${random.integer(0, 2)}` }, constant(1));
    }
    add({ __name__: "extreme", job }, extremes(random));
    add({ __name__: "sparse", job }, sparse(random));
    add({ __name__: "quota", job }, constant(random.integer(1, 5)));
  }
  add({ __name__: "target_info", job: "api", instance: "a:1", cluster: "eu" }, constant(1));
  add({ __name__: "target_info", job: "web", instance: "b:2", cluster: "us" }, constant(1));
  if (options.hasHistograms) addNativeHistograms(random, add);
  // Prometheus reads series in the order in which it first saw them: then that is the labels' order.
  return world.toSorted((a, b) => compareLabels(a.labels, b.labels));
}

type Add = (labels: Record<string, string>, items: Items) => void;

/** UTF-8 orders the last two otherwise than UTF-16 does. */
function zoneOf(job: string, instance: string): string {
  const zones: Record<string, string> = {
    "api a:1": "north",
    "api b:2": "münchen",
    "web a:1": "\u{ff5e}",
  };
  return zones[`${job} ${instance}`] ?? "\u{1d4b3}";
}

function addClassicHistogram(
  random: Random,
  target: Record<string, string>,
  { hasSmallCounters }: WorldOptions,
  add: Add,
): void {
  const bounds = ["0.1", "0.5", "1", "2.5", "+Inf"];
  const before = hasSmallCounters ? 0 : COUNTED_BEFORE;
  const rows = Array.from({ length: intervals() }, () => bounds.map(() => random.integer(0, 4)));
  const columns = bounds.map((_, i) => {
    const increments = rows.map((row) => row.slice(0, i + 1).reduce((sum, one) => sum + one, 0));
    return running(increments, before * (i + 1));
  });
  for (const [i, le] of bounds.entries()) {
    add({ __name__: "latency_seconds_bucket", ...target, le }, (columns[i] ?? []).map(float));
  }
  const counts = columns.at(-1) ?? [];
  add({ __name__: "latency_seconds_count", ...target }, counts.map(float));
  add(
    { __name__: "latency_seconds_sum", ...target },
    counts.map((count) => float(count * 0.37)),
  );
}

function addNativeHistograms(random: Random, add: Add): void {
  const bounds = random.pick([
    [0.5, 1, 2.5, 10],
    [-1, 1, 5, 10],
    [0.5, 2.5],
  ]);
  const histograms = (layout: HistogramsOptions["layout"], isGauge = false): Item[] =>
    randomHistograms(random, intervals(), { layout, isGauge, bounds }).map(native);
  for (const job of ["api", "web"]) {
    for (const instance of ["a:1", "b:2"]) {
      add({ __name__: "native_seconds", job, instance }, histograms("exponential"));
      add({ __name__: "custom_seconds", job, instance }, histograms("custom"));
    }
    add({ __name__: "changing_histogram", job }, histograms("changing"));
    add({ __name__: "gauge_histogram", job }, histograms("exponential", true));
    add({ __name__: "mixed", job }, mixed(random, histograms("exponential")));
  }
}

function mixed(random: Random, histograms: readonly Item[]): Item[] {
  let isFloat = false;
  return histograms.map((item, i) => {
    if (random.chance(0.1)) isFloat = !isFloat;
    return isFloat ? float(i) : item;
  });
}

function* counter(random: Random, { hasSmallCounters }: WorldOptions): Generator<Item> {
  let value = random.integer(0, 100) + (hasSmallCounters ? 0 : COUNTED_BEFORE);
  const unit = random.chance(0.7) ? 1 : 0.1;
  for (let i = 0; i < intervals(); i++) {
    if (!random.chance(0.02)) value += random.integer(0, 30) * unit;
    else value = hasSmallCounters ? random.integer(0, 5) : Math.floor(value / 4);
    yield float(value);
  }
}

function* gauge(random: Random, scale: number): Generator<Item> {
  let value = scale * random.fraction();
  for (let i = 0; i < intervals(); i++) {
    value += scale * (random.fraction() - 0.5) * 0.2;
    if (random.chance(0.02)) yield float(random.pick([NaN, Infinity, -Infinity, 0, -0]));
    else yield float(random.chance(0.1) ? Math.round(value) : value);
  }
}

function constant(value: number): Item[] {
  return Array.from({ length: intervals() }, () => float(value));
}

const EXTREMES = [
  1e308,
  -1e308,
  5e-324,
  1e-300,
  0,
  -0,
  1,
  -1,
  0.1,
  2 ** 53,
  1e21,
  123456.789,
] as const;

function* extremes(random: Random): Generator<Item> {
  for (let i = 0; i < intervals(); i++) {
    const isNone = random.chance(0.05);
    yield float(isNone ? random.pick([NaN, Infinity, -Infinity]) : random.pick(EXTREMES));
  }
}

/** One sample every four minutes. */
function* sparse(random: Random): Generator<Item | null> {
  for (let i = 0; i < intervals(); i++) {
    yield i % 16 === 0 ? float(random.integer(0, 50)) : null;
  }
}

function placed(random: Random, items: Items, { isOnGrid }: WorldOptions): StoredPoint[] {
  const phaseMs = isOnGrid ? 0 : random.integer(1, 14) * 1000 + random.integer(1, 999);
  const points: StoredPoint[] = [];
  let gap = 0;
  let i = 0;
  for (const item of items) {
    const timeMs = WORLD_START_MS + phaseMs + i++ * INTERVAL_MS;
    if (gap > 0) {
      gap -= 1;
      continue;
    }
    // All begin in the first interval.
    if (i > 1 && random.chance(0.008)) {
      gap = random.integer(1, 30);
      if (random.chance(0.6)) points.push({ timeMs, item: { kind: "stale" }, startMs: 0 });
      continue;
    }
    if (item !== null) points.push({ timeMs, item, startMs: 0 });
  }
  return points;
}

function intervals(): number {
  return (WORLD_END_MS - WORLD_START_MS) / INTERVAL_MS;
}

function running(increments: readonly number[], before: number): number[] {
  let total = before;
  return increments.map((increment) => (total += increment));
}

function float(value: number): Item {
  return { kind: "float", value };
}

function native(histogram: FloatHistogram): Item {
  return { kind: "histogram", histogram, statesHint: false };
}
