import {
  compareLabels,
  compileMatcher,
  type FloatHistogram,
  type Labels,
  labelsKey,
  labelValue,
  type Matcher,
  wordsOf,
  writeStaleMarker,
} from "#model";
import type { PromqlStorage, SeriesSamples, StoredSeries } from "../eval/promql-storage.ts";
import type { ScriptItem } from "./script.ts";
import { storedHint } from "./stored-hint.ts";

/** A point to store; `startMs` is when its counter began to count, 0 where that is not known. */
export interface StoredPoint {
  readonly timeMs: number;
  readonly item: Exclude<ScriptItem, { readonly kind: "missing" }>;
  readonly startMs: number;
}

interface Series {
  readonly labels: Labels;
  /** By time: a later point of the same time replaces the earlier. */
  readonly points: Map<number, StoredPoint>;
  samples: SeriesSamples | null;
}

/** The storage of one script: everything in memory, selected by looking at every series. */
export class MemoryStorage implements PromqlStorage {
  readonly #series = new Map<string, Series>();

  append(labels: Labels, points: readonly StoredPoint[]): void {
    const key = labelsKey(labels);
    const series = this.#series.get(key) ?? { labels, points: new Map(), samples: null };
    for (const point of points) series.points.set(point.timeMs, point);
    series.samples = null;
    this.#series.set(key, series);
  }

  select(matchers: readonly Matcher[]): Promise<readonly StoredSeries[]> {
    const tests = matchers.map((matcher) => ({
      name: matcher.name,
      passes: compileMatcher(matcher),
    }));
    const selected = [...this.#series.values()].filter(({ labels }) =>
      tests.every(({ name, passes }) => passes(labelValue(labels, name))),
    );
    selected.sort((a, b) => compareLabels(a.labels, b.labels));
    return Promise.resolve(
      selected.map((series) => ({
        labels: series.labels,
        samples: () => (series.samples ??= columnsOf(series.points)),
      })),
    );
  }
}

function columnsOf(points: ReadonlyMap<number, StoredPoint>): SeriesSamples {
  const sorted = [...points.values()].toSorted((a, b) => a.timeMs - b.timeMs);
  const values = new Float64Array(sorted.length);
  const words = wordsOf(values);
  for (const [i, { item }] of sorted.entries()) {
    if (item.kind === "float") values[i] = item.value;
    else if (item.kind === "stale") writeStaleMarker(words, i);
  }
  const hasHistograms = sorted.some(({ item }) => item.kind === "histogram");
  const hasStarts = sorted.some(({ startMs }) => startMs !== 0);
  return {
    length: sorted.length,
    timestampsMs: Float64Array.from(sorted, ({ timeMs }) => timeMs),
    values,
    histograms: hasHistograms ? histogramsOf(sorted) : null,
    startTimestampsMs: hasStarts ? Float64Array.from(sorted, ({ startMs }) => startMs) : null,
  };
}

function histogramsOf(sorted: readonly StoredPoint[]): (FloatHistogram | undefined)[] {
  return sorted.map((point, i) => {
    if (point.item.kind !== "histogram") return undefined;
    const counterResetHint = storedHint(point, sorted[i - 1]);
    return { ...point.item.histogram, counterResetHint };
  });
}
