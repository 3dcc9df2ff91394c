import {
  compileMatcher,
  compareLabels,
  type Labels,
  labelsOfRecord,
  labelValue,
  type Matcher,
} from "../../src/model/index.ts";
import type { PromqlStorage, StoredSeries } from "../../src/promql/eval/promql-storage.ts";
import { seededRandom } from "./seeded-random.ts";

/**
 * Both data sets of query-set.ts as columns in memory: what the engine costs without a store. Every
 * scrape target has an offset of its own, as in life, so that samples do not lie on the steps.
 */
export interface MemorySeries {
  readonly labels: Labels;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

export function dashboardSeries(endMs: number): readonly MemorySeries[] {
  const random = seededRandom(12_345);
  const series: MemorySeries[] = [];
  for (let family = 0; family < 50; family++) {
    const isCounter = family < 40;
    const name = isCounter ? `bench_requests${family}_total` : `bench_gauge${family}`;
    for (let i = 0; i < 100; i++) {
      const labels = { instance: `host-${i}:9100`, job: `job${i % 5}`, zone: `z${i % 3}` };
      const point = isCounter ? counter(random) : wave(i, random);
      series.push(
        seriesOf({ __name__: name, ...labels }, grid(endMs, 15_000, 1_461, i * 149), point),
      );
    }
  }
  return series;
}

export function podSeries(endMs: number): readonly MemorySeries[] {
  const random = seededRandom(54_321);
  const series: MemorySeries[] = [];
  const add = (labels: Record<string, string>, pod: number, below?: MemorySeries): MemorySeries => {
    const own = counter(random);
    // A bucket counts what lies in the buckets below it, too.
    const point = (index: number): number => own(index) + (below?.values[index] ?? 0);
    const made = seriesOf(labels, grid(endMs, 30_000, 721, pod * 29), point);
    series.push(made);
    return made;
  };
  for (let pod = 0; pod < 1_000; pod++) {
    const labels = { pod: `p${pod}` };
    for (let container = 0; container < 3; container++) {
      add({ __name__: "http_requests_total", container: `c${container}`, ...labels }, pod);
    }
    add({ __name__: "http_responses_total", ...labels }, pod);
    let below: MemorySeries | undefined;
    for (const le of [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, "+Inf"]) {
      const bucket = { __name__: "http_response_seconds_bucket", le: String(le), ...labels };
      below = add(bucket, pod, below);
    }
  }
  return series;
}

type PointOf = (index: number) => number;

function counter(random: () => number): PointOf {
  let total = 0;
  return () => (total += Math.floor(random() * 100));
}

function wave(phase: number, random: () => number): PointOf {
  return (index) => Number((Math.sin(index / 67 + phase) * 100 + random() * 10).toFixed(3));
}

/** `count` times, the last one less than an interval before the end. */
function grid(endMs: number, intervalMs: number, count: number, offsetMs: number): Float64Array {
  const firstMs = endMs - count * intervalMs + offsetMs;
  return Float64Array.from({ length: count }, (_, i) => firstMs + i * intervalMs);
}

function seriesOf(
  labels: Record<string, string>,
  timestampsMs: Float64Array,
  point: PointOf,
): MemorySeries {
  const values = new Float64Array(timestampsMs.length);
  for (let i = 0; i < values.length; i++) values[i] = point(i);
  return { labels: labelsOfRecord(labels), timestampsMs, values };
}

/** Selects by looking at every series; each reads from its columns, nothing is decoded. */
export function memoryStorage(all: readonly MemorySeries[]): PromqlStorage {
  const sorted = all.toSorted((a, b) => compareLabels(a.labels, b.labels));
  return {
    select: (matchers, minMs, maxMs) =>
      Promise.resolve(
        sorted
          .filter(({ labels }) => holds(labels, matchers))
          .map((one) => stored(one, minMs, maxMs)),
      ),
  };
}

function holds(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every((matcher) => compileMatcher(matcher)(labelValue(labels, matcher.name)));
}

function stored(series: MemorySeries, minMs: number, maxMs: number): StoredSeries {
  const { labels, timestampsMs, values } = series;
  const from = timestampsMs.findIndex((time) => time >= minMs);
  const to = timestampsMs.findLastIndex((time) => time <= maxMs) + 1;
  const samples = {
    length: Math.max(0, to - from),
    timestampsMs: timestampsMs.subarray(from, to),
    values: values.subarray(from, to),
    histograms: null,
    startTimestampsMs: null,
  };
  return { labels, samples: () => samples };
}
