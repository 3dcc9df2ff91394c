import type { FloatHistogram } from "#model";
import type { Annotations } from "../eval/annotations.ts";
import type { SumOutcome } from "../histogram/index.ts";
import type { PositionRange } from "../syntax/position-range.ts";
import type { Window, WindowCall } from "../eval/window.ts";
import {
  metricNameOf,
  mixedExponentialCustomWarning,
  notCounterHistogramWarning,
  notGaugeHistogramWarning,
} from "./annotation-texts.ts";
import type { RateKind } from "./rate-kind.ts";

/** Wording as Prometheus has it (util/annotations); the operation is named in each. */
export type HistogramOperation = "addition" | "aggregation" | "subtraction";

export function reconciledBoundsInfo(operation: HistogramOperation): string {
  return `mismatched custom buckets were reconciled during ${operation}`;
}

export function collidingResetsWarning(operation: HistogramOperation): string {
  return `conflicting counter resets during histogram ${operation}`;
}

/** Where annotations about a histogram go, and what its metric is called. */
export interface HistogramNotes {
  readonly annotations: Annotations;
  readonly position: PositionRange;
  readonly metricName: string;
}

/** Says what an addition or subtraction had to do; false where it was not possible. */
export function noteOutcome(
  outcome: SumOutcome,
  operation: HistogramOperation,
  { annotations, position, metricName }: HistogramNotes,
): boolean {
  if (outcome.isIncompatible) {
    annotations.warn(mixedExponentialCustomWarning(metricName), position);
    return false;
  }
  if (outcome.boundsReconciled) annotations.info(reconciledBoundsInfo(operation), position);
  return true;
}

/** Whether among the hints of what is aggregated are both a reset and its contrary. */
export class HintTally {
  #sawReset = false;
  #sawNoReset = false;

  see({ counterResetHint }: FloatHistogram): void {
    if (counterResetHint === "reset") this.#sawReset = true;
    if (counterResetHint === "not_reset") this.#sawNoReset = true;
  }

  get collides(): boolean {
    return this.#sawReset && this.#sawNoReset;
  }
}

/** Warns of gauges where a counter is meant, and the reverse. */
export function noteKind(
  samples: readonly FloatHistogram[],
  { isCounter }: RateKind,
  { annotations, position, metricName }: HistogramNotes,
): void {
  const isWrong = samples.some(
    ({ counterResetHint }) => (counterResetHint === "gauge") === isCounter,
  );
  if (!isWrong) return;
  const text = isCounter
    ? notCounterHistogramWarning(metricName)
    : notGaugeHistogramWarning(metricName);
  annotations.warn(text, position);
}

export function notesOf(window: Window, { annotations, position }: WindowCall): HistogramNotes {
  return { annotations, position, metricName: metricNameOf(window.series.labels) };
}
