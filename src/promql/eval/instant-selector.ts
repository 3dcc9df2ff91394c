import { isStaleMarker, wordsOf } from "#model";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { Evaluation } from "./evaluation.ts";
import type { SeriesSamples } from "./promql-storage.ts";
import { type ReferenceTime, referenceTimeAt, referenceTimeOf } from "./reference-time.ts";
import { sampleSizeAt, sampleSizeOf } from "./sample-size.ts";
import type { StepGrid } from "./step-grid.ts";
import {
  type Columns,
  FLOAT,
  type MutableColumns,
  seriesOf,
  setHistogram,
  type VectorSeries,
} from "./vector-series.ts";

/**
 * The newest sample in (t − lookback, t] at each step; a stale marker there means nothing. One walk
 * over samples and steps together, as both rise.
 */
export function* selectInstant(
  selector: VectorSelector,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const time = referenceTimeOf(selector, evaluation.bounds);
  const indexes = new Int32Array(grid.count);
  for (const stored of evaluation.storedSeries(selector)) {
    const samples = stored.samples();
    const found = newestIndexes(samples, time, grid, evaluation.settings.lookbackMs, indexes);
    if (found === 0) continue;
    const columns = evaluation.columns.take(grid);
    if (samples.histograms === null) copyFloats(samples.values, indexes, columns);
    else copySamples(samples, indexes, columns);
    columns.pointCount = found;
    countRead(columns, evaluation, grid);
    yield seriesOf(stored.labels, false, columns);
  }
}

function copyFloats(values: Float64Array, indexes: Int32Array, into: MutableColumns): void {
  for (let step = 0; step < indexes.length; step++) {
    const index = indexes[step] as number;
    if (index < 0) continue;
    into.kinds[step] = FLOAT;
    into.values[step] = values[index] as number;
  }
}

function copySamples(samples: SeriesSamples, indexes: Int32Array, into: MutableColumns): void {
  copyFloats(samples.values, indexes, into);
  for (let step = 0; step < indexes.length; step++) {
    const histogram = samples.histograms?.[indexes[step] as number];
    if (histogram !== undefined) setHistogram(into, step, histogram);
  }
}

/** Each point that a selector gives is a sample that the query has read. */
export function countRead(columns: Columns, { samples }: Evaluation, grid: StepGrid): void {
  samples.read(grid, sampleSizeOf(columns));
  if (!samples.countsPerStep) return;
  for (let step = 0; step < grid.count; step++) {
    samples.readAt(grid, step, sampleSizeAt(columns, step));
  }
}

/**
 * Writes for each step the index of the sample that counts there, −1 for none, and returns how many
 * steps have one.
 */
export function newestIndexes(
  samples: SeriesSamples,
  time: ReferenceTime,
  grid: StepGrid,
  lookbackMs: number,
  indexes: Int32Array,
): number {
  const { length, timestampsMs, values, histograms } = samples;
  let words: Uint32Array | null = null;
  let next = 0;
  let found = 0;
  for (let step = 0; step < grid.count; step++) {
    const timeMs = referenceTimeAt(time, grid, step);
    while (next < length && (timestampsMs[next] as number) <= timeMs) next += 1;
    const newest = next - 1;
    let counts = newest >= 0 && (timestampsMs[newest] as number) > timeMs - lookbackMs;
    // Only a NaN can be a stale marker; most series have none, so their bits are never looked at.
    if (counts && Number.isNaN(values[newest]) && histograms?.[newest] === undefined) {
      words ??= wordsOf(values);
      counts = !isStaleMarker(words, newest);
    }
    indexes[step] = counts ? newest : -1;
    if (counts) found += 1;
  }
  return found;
}
