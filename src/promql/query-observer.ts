/**
 * What a query goes through: it finds its series (`queryPreparationTime` in Prometheus' statistics),
 * computes (`innerEvalTime`), and sorts the answer of a range query (`resultSortTime`).
 */
export type QueryPhase = "preparation" | "evaluation" | "sorting";

/** Told of each phase as it begins and ends; the engine has no clock of its own. */
export interface QueryObserver {
  begin(phase: QueryPhase): void;
  end(phase: QueryPhase): void;
}

export const NO_OBSERVER: QueryObserver = { begin: () => undefined, end: () => undefined };
