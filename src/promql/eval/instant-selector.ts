import { isStaleMarker, wordsOf } from "#model";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { Evaluation } from "./evaluation.ts";
import type { SeriesSamples } from "./promql-storage.ts";
import { type ReferenceTime, referenceTimeAt, referenceTimeOf } from "./reference-time.ts";
import type { StepGrid } from "./step-grid.ts";
import { emptyColumns, FLOAT, seriesOf, setHistogram, type VectorSeries } from "./vector-series.ts";

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
    evaluation.holdSamples(found);
    const columns = emptyColumns(grid);
    for (let step = 0; step < grid.count; step++) {
      const index = indexes[step] as number;
      if (index < 0) continue;
      const histogram = samples.histograms?.[index];
      if (histogram === undefined) {
        columns.kinds[step] = FLOAT;
        columns.values[step] = samples.values[index] as number;
      } else {
        setHistogram(columns, step, histogram);
      }
    }
    yield* seriesOf(stored.labels, false, columns);
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
  const { length, timestampsMs } = samples;
  const words = wordsOf(samples.values);
  let next = 0;
  let found = 0;
  for (let step = 0; step < grid.count; step++) {
    const timeMs = referenceTimeAt(time, grid, step);
    while (next < length && (timestampsMs[next] as number) <= timeMs) next += 1;
    const newest = next - 1;
    const counts =
      newest >= 0 &&
      (timestampsMs[newest] as number) > timeMs - lookbackMs &&
      (samples.histograms?.[newest] !== undefined || !isStaleMarker(words, newest));
    indexes[step] = counts ? newest : -1;
    if (counts) found += 1;
  }
  return found;
}
