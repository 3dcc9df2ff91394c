import { isStaleMarker, wordsOf } from "#model";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { Evaluation } from "./evaluation.ts";
import type { SeriesSamples } from "./promql-storage.ts";
import { referenceTimeOf, referenceTimesOf } from "./reference-time.ts";
import { sampleSizeAt, sampleSizeOf } from "./sample-size.ts";
import type { StepGrid } from "./step-grid.ts";
import {
  type Columns,
  FLOAT,
  type MutableColumns,
  seriesOf,
  setPoint,
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
  const { lookbackMs } = evaluation.settings;
  const time = referenceTimeOf(selector, evaluation.bounds);
  const timesMs = referenceTimesOf(time, grid);
  for (const stored of evaluation.storedSeries(selector)) {
    const samples = stored.samples();
    const columns = evaluation.columns.take(grid);
    if (samples.histograms === null) selectFloats(samples, timesMs, lookbackMs, columns);
    else selectSamples(samples, timesMs, lookbackMs, columns);
    if (columns.pointCount === 0) {
      evaluation.columns.giveBack(columns);
      continue;
    }
    countRead(columns, evaluation, grid);
    yield seriesOf(stored.labels, false, columns);
  }
}

/** The walk for a series of floats, with all that the usual case does not need left out. */
function selectFloats(
  { length, timestampsMs, values }: SeriesSamples,
  timesMs: Float64Array,
  lookbackMs: number,
  into: MutableColumns,
): void {
  const { kinds, values: points } = into;
  let pointCount = 0;
  let next = 0;
  for (let step = 0; step < timesMs.length; step++) {
    const timeMs = timesMs[step] as number;
    while (next < length && (timestampsMs[next] as number) <= timeMs) next += 1;
    if (next === 0 || (timestampsMs[next - 1] as number) <= timeMs - lookbackMs) continue;
    const value = values[next - 1] as number;
    // Only a NaN can be a stale marker; most series have none, so their bits are never looked at.
    if (Number.isNaN(value) && isStaleMarker(wordsOf(values), next - 1)) continue;
    kinds[step] = FLOAT;
    points[step] = value;
    pointCount += 1;
  }
  into.pointCount = pointCount;
}

function selectSamples(
  samples: SeriesSamples,
  timesMs: Float64Array,
  lookbackMs: number,
  into: MutableColumns,
): void {
  const indexes = new Int32Array(timesMs.length);
  newestIndexes(samples, timesMs, lookbackMs, indexes);
  for (let step = 0; step < indexes.length; step++) {
    const index = indexes[step] as number;
    if (index < 0) continue;
    setPoint(into, step, samples.histograms?.[index] ?? samples.values[index]);
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
  timesMs: Float64Array,
  lookbackMs: number,
  indexes: Int32Array,
): number {
  const { length, timestampsMs, values, histograms } = samples;
  let words: Uint32Array | null = null;
  let next = 0;
  let found = 0;
  for (let step = 0; step < timesMs.length; step++) {
    const timeMs = timesMs[step] as number;
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
