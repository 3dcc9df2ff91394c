import { required } from "../eval/required.ts";
import { type StepGrid, timeAt } from "../eval/step-grid.ts";
import { ABSENT, FLOAT } from "../eval/vector-series.ts";
import { maxOf, minOf } from "./extremes.ts";
import type { ScalarFunction } from "./vector-function.ts";

function constant(grid: StepGrid, value: number): Float64Array {
  return new Float64Array(grid.count).fill(value);
}

/** The vector's only float at each step; NaN where there is none or more than one. */
const scalar: ScalarFunction = (call, evaluation, grid) => {
  const values = constant(grid, Number.NaN);
  const counts = new Uint32Array(grid.count);
  for (const series of evaluation.vector(required(call.args[0]), grid)) {
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] === ABSENT || series.kinds[step] !== FLOAT) continue;
      counts[step] = (counts[step] as number) + 1;
      values[step] = counts[step] === 1 ? (series.values[step] as number) : Number.NaN;
    }
  }
  return values;
};

function ofTwo(combine: (a: number, b: number) => number): ScalarFunction {
  return (call, evaluation, grid) => {
    const a = evaluation.scalar(required(call.args[0]), grid);
    const b = evaluation.scalar(required(call.args[1]), grid);
    return a.map((value, step) => combine(value, b[step] as number));
  };
}

export const SCALAR_FUNCTIONS: ReadonlyMap<string, ScalarFunction> = new Map<
  string,
  ScalarFunction
>([
  ["scalar", scalar],
  ["pi", (_call, _evaluation, grid) => constant(grid, Math.PI)],
  [
    "time",
    (_call, _evaluation, grid) =>
      Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step) / 1000),
  ],
  ["start", (_call, { bounds }, grid) => constant(grid, bounds.startMs / 1000)],
  ["end", (_call, { bounds }, grid) => constant(grid, bounds.endMs / 1000)],
  ["step", (_call, { bounds }, grid) => constant(grid, bounds.stepMs / 1000)],
  ["range", (_call, { bounds }, grid) => constant(grid, (bounds.endMs - bounds.startMs) / 1000)],
  ["min_of", ofTwo(minOf)],
  ["max_of", ofTwo(maxOf)],
]);
