import { countRead, newestIndexes } from "../eval/instant-selector.ts";
import { referenceTimeOf, referenceTimesOf } from "../eval/reference-time.ts";
import { required } from "../eval/required.ts";
import { type StepGrid, timeAt } from "../eval/step-grid.ts";
import { ABSENT, seriesOf, setFloat, type VectorSeries } from "../eval/vector-series.ts";
import type { Evaluation } from "../eval/evaluation.ts";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { VectorFunction } from "./vector-function.ts";

/** The samples' own times for a plain selector; for everything else the time of the step. */
export const timestamp: VectorFunction = (call, evaluation, grid) => {
  const argument = required(call.args[0]);
  if (argument.kind === "vectorSelector" && argument.edges === null) {
    return timesOfSamples(argument, evaluation, grid, "sample");
  }
  return timesOfSteps(evaluation.vector(argument, grid), evaluation, grid);
};

/** When the counter began to count, for a plain selector; expressions have lost that time. */
export const startTimestamp: VectorFunction = (call, evaluation, grid) => {
  const argument = required(call.args[0]);
  if (argument.kind !== "vectorSelector") return [];
  return timesOfSamples(argument, evaluation, grid, "start");
};

function* timesOfSamples(
  selector: VectorSelector,
  evaluation: Evaluation,
  grid: StepGrid,
  which: "sample" | "start",
): Generator<VectorSeries> {
  const time = referenceTimeOf(selector, evaluation.bounds);
  const timesMs = referenceTimesOf(time, grid);
  const indexes = new Int32Array(grid.count);
  let atLastStep = 0;
  for (const stored of evaluation.storedSeries(selector)) {
    const samples = stored.samples();
    const { lookbackMs } = evaluation.settings;
    if (newestIndexes(samples, timesMs, lookbackMs, indexes) === 0) continue;
    const sampleTimesMs = which === "sample" ? samples.timestampsMs : samples.startTimestampsMs;
    const columns = evaluation.columns.take(grid);
    for (let step = 0; step < grid.count; step++) {
      const index = indexes[step] as number;
      if (index >= 0) setFloat(columns, step, (sampleTimesMs?.[index] ?? 0) / 1000);
    }
    countRead(columns, evaluation, grid);
    atLastStep += (indexes[grid.count - 1] as number) < 0 ? 0 : 1;
    yield seriesOf(stored.labels, true, columns);
  }
  // Prometheus holds the points of a step beside the result while it takes their times.
  evaluation.samples.touch(atLastStep);
}

function* timesOfSteps(
  vector: Iterable<VectorSeries>,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  for (const series of vector) {
    const columns = pool.take(grid);
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== ABSENT) setFloat(columns, step, timeAt(grid, step) / 1000);
    }
    yield seriesOf(series.labels, true, columns);
    pool.giveBack(series);
  }
}
