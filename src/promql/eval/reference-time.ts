import { durationSeconds } from "../syntax/duration-value.ts";
import type { DurationNode } from "../syntax/ast/duration.ts";
import type { TimeModifiers } from "../syntax/ast/time-modifiers.ts";
import type { QueryBounds } from "./evaluation.ts";
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

/** The length of a duration expression; `step()` and `range()` are the whole query's. */
export function durationMsOf(node: DurationNode, bounds: QueryBounds): number {
  const seconds = durationSeconds(node, {
    stepSeconds: bounds.stepMs / 1000,
    rangeSeconds: (bounds.endMs - bounds.startMs) / 1000,
  });
  return Math.round(seconds * 1000);
}
