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
  const timesMs = referenceTimesOf(referenceTimeOf(selector, evaluation.bounds), grid);
  const shared = new SharedIndexes(timesMs, lookbackMs);
  for (const stored of evaluation.storedSeries(selector)) {
    const samples = stored.samples();
    const columns = evaluation.columns.take(grid);
    if (samples.histograms !== null) selectSamples(samples, timesMs, lookbackMs, columns);
    else if (shared.areOf(samples)) gatherFloats(samples, shared.indexes, columns);
    else selectFloats(samples, timesMs, lookbackMs, columns);
    if (columns.pointCount === 0) {
      evaluation.columns.giveBack(columns);
      continue;
    }
    countRead(columns, evaluation, grid);
    yield seriesOf(stored.labels, false, columns);
  }
}

/** Which samples count, for series that share their times: found for the second of them. */
class SharedIndexes {
  readonly indexes: Int32Array;
  readonly #timesMs: Float64Array;
  readonly #lookbackMs: number;
  #last: Pick<SeriesSamples, "timestampsMs" | "length"> | null = null;
  #areFound = false;

  constructor(timesMs: Float64Array, lookbackMs: number) {
    this.indexes = new Int32Array(timesMs.length);
    this.#timesMs = timesMs;
    this.#lookbackMs = lookbackMs;
  }

  /** Whether the series has the times of the one before it; then the indexes are those of both. */
  areOf(samples: SeriesSamples): boolean {
    const { timestampsMs, length } = samples;
    const isSame = timestampsMs === this.#last?.timestampsMs && length === this.#last.length;
    if (!isSame) {
      this.#last = { timestampsMs, length };
      this.#areFound = false;
    } else if (!this.#areFound) {
      findIndexes(samples, this.#timesMs, this.#lookbackMs, this.indexes);
      this.#areFound = true;
    }
    return isSame;
  }
}

function gatherFloats({ values }: SeriesSamples, indexes: Int32Array, into: MutableColumns): void {
  const { kinds, values: points } = into;
  let pointCount = 0;
  for (let step = 0; step < indexes.length; step++) {
    const index = indexes[step] as number;
    if (index < 0) continue;
    const value = values[index] as number;
    if (Number.isNaN(value) && isStaleMarker(wordsOf(values), index)) continue;
    kinds[step] = FLOAT;
    points[step] = value;
    pointCount += 1;
  }
  into.pointCount = pointCount;
}

/** Finds and gathers in one walk, with all that the usual case does not need left out. */
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
  const { values, histograms } = samples;
  findIndexes(samples, timesMs, lookbackMs, indexes);
  const words = wordsOf(values);
  let found = 0;
  for (let step = 0; step < indexes.length; step++) {
    const index = indexes[step] as number;
    if (index < 0) continue;
    if (histograms?.[index] === undefined && isStaleMarker(words, index)) indexes[step] = -1;
    else found += 1;
  }
  return found;
}

/** The same as far as times decide: the index may be that of a stale marker. */
function findIndexes(
  { length, timestampsMs }: SeriesSamples,
  timesMs: Float64Array,
  lookbackMs: number,
  indexes: Int32Array,
): void {
  let next = 0;
  for (let step = 0; step < timesMs.length; step++) {
    const timeMs = timesMs[step] as number;
    while (next < length && (timestampsMs[next] as number) <= timeMs) next += 1;
    const counts = next > 0 && (timestampsMs[next - 1] as number) > timeMs - lookbackMs;
    indexes[step] = counts ? next - 1 : -1;
  }
}
