/**
 * The points in time at which an expression is evaluated: start, start + step, …, `count` of them.
 * An instant query is a grid of one point. Every column of an evaluation is indexed by its grid.
 */
export interface StepGrid {
  readonly startMs: number;
  /** Above zero where there is more than one point. */
  readonly stepMs: number;
  readonly count: number;
}

export function timeAt(grid: StepGrid, index: number): number {
  return grid.startMs + index * grid.stepMs;
}

export function endOf(grid: StepGrid): number {
  return timeAt(grid, grid.count - 1);
}

/** All points of `from` … `to`, both included. */
export function gridBetween(fromMs: number, toMs: number, stepMs: number): StepGrid {
  const count = stepMs > 0 ? Math.floor((toMs - fromMs) / stepMs) + 1 : 1;
  return { startMs: fromMs, stepMs, count: Math.max(count, 0) };
}
