import type { Labels } from "./labels.ts";

/** A pointer from a counter or bucket to one observation, usually a trace id. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Null where the exposition gives no time; the store then takes the sample's. */
  readonly timestampMs: number | null;
}
