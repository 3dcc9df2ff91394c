import type { CounterResetHint } from "#model";

/** Hints as they are stored: docs/formats/chunk.md. */
export const HINT_BITS: Readonly<Record<CounterResetHint, number>> = {
  unknown: 0,
  reset: 1,
  not_reset: 2,
  gauge: 3,
};

export const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
