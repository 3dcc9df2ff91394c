import type { DurationNode } from "../syntax/ast/duration.ts";
import type { TimeModifiers } from "../syntax/ast/time-modifiers.ts";
import { durationSeconds } from "./duration-seconds.ts";
import type { QueryBounds } from "./evaluation.ts";
import { executionError } from "./query-error.ts";
import { type StepGrid, timeAt } from "./step-grid.ts";

/** At which time a selector looks at the data, as `@` and `offset` say. */
export interface ReferenceTime {
  /** Fixed by `@`; null where the time follows the steps. */
  readonly atMs: number | null;
  readonly offsetMs: number;
}

export function referenceTimeOf(modifiers: TimeModifiers, bounds: QueryBounds): ReferenceTime {
  return {
    atMs: atMillisecondsOf(modifiers, bounds),
    offsetMs: modifiers.offset === null ? 0 : durationMsOf(modifiers.offset, bounds),
  };
}

function atMillisecondsOf({ at }: TimeModifiers, bounds: QueryBounds): number | null {
  if (at === null) return null;
  if (at.kind === "timestamp") return at.timestampMs;
  return at.kind === "start" ? bounds.startMs : bounds.endMs;
}

/** The time that step `index` of the grid looks at. */
export function referenceTimeAt(time: ReferenceTime, grid: StepGrid, index: number): number {
  return (time.atMs ?? timeAt(grid, index)) - time.offsetMs;
}

/** The times that all steps of the grid look at. */
export function referenceTimesOf(time: ReferenceTime, grid: StepGrid): Float64Array {
  const timesMs = new Float64Array(grid.count);
  for (let step = 0; step < grid.count; step++) timesMs[step] = referenceTimeAt(time, grid, step);
  return timesMs;
}

/** In milliseconds. Not finite (a division by zero, say) is an error of the query. */
export function durationMsOf(node: DurationNode, bounds: QueryBounds): number {
  const durationMs = Math.round(durationSeconds(node, bounds) * 1000);
  if (Number.isSafeInteger(durationMs)) return durationMs;
  throw executionError("duration expression has no finite value");
}

/** The same where the duration is a range or a step. */
export function positiveDurationMsOf(node: DurationNode, bounds: QueryBounds): number {
  const durationMs = durationMsOf(node, bounds);
  if (durationMs > 0) return durationMs;
  throw executionError("duration must be greater than 0");
}
