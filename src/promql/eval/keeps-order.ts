import type { Evaluation } from "./evaluation.ts";
import type { StepGrid } from "./step-grid.ts";

/**
 * Whether the order of series means something: only where they are of a single point in time. As in
 * Prometheus the query's bounds decide, not its number of steps; what is computed once for all steps
 * of a range has no step of its own.
 */
export function keepsOrder({ bounds }: Evaluation, grid: StepGrid): boolean {
  return grid.count <= 1 && (grid.stepMs === 0 || bounds.startMs === bounds.endMs);
}
