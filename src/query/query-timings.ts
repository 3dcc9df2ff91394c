import type { QueryObserver, QueryPhase, QueryResult } from "#promql";

/** How long each phase of a query took; the clock that the engine does not have. */
export class QueryTimings implements QueryObserver {
  readonly #beganMs = new Map<QueryPhase, number>();
  readonly #tookMs = new Map<QueryPhase, number>();

  begin(phase: QueryPhase): void {
    this.#beganMs.set(phase, performance.now());
  }

  end(phase: QueryPhase): void {
    const tookMs = performance.now() - (this.#beganMs.get(phase) ?? performance.now());
    this.#tookMs.set(phase, (this.#tookMs.get(phase) ?? 0) + tookMs);
  }

  seconds(phase: QueryPhase): number {
    return (this.#tookMs.get(phase) ?? 0) / 1000;
  }
}

/** `data.stats` as Prometheus gives it, in seconds. `all` asks for the samples of each step. */
export function statsOf(
  { value, statistics }: QueryResult,
  timings: QueryTimings,
  queuedMs: number,
): object {
  const preparation = timings.seconds("preparation");
  const evaluation = timings.seconds("evaluation");
  const sorting = timings.seconds("sorting");
  const evalTotalTime = preparation + evaluation + sorting;
  const queued = queuedMs / 1000;
  const perStep = statistics.totalQueryableSamplesPerStep;
  return {
    timings: {
      evalTotalTime,
      resultSortTime: sorting,
      queryPreparationTime: preparation,
      innerEvalTime: evaluation,
      execQueueTime: queued,
      execTotalTime: evalTotalTime + queued,
    },
    samples: {
      ...(perStep === null ? {} : { totalQueryableSamplesPerStep: withTimes(value, perStep) }),
      totalQueryableSamples: statistics.totalQueryableSamples,
      peakSamples: statistics.peakSamples,
    },
  };
}

function withTimes(
  value: QueryResult["value"],
  perStep: Float64Array,
): readonly (readonly [number, number])[] {
  const timeAt = (step: number): number => {
    if (value.type === "matrix") return value.grid.startMs + step * value.grid.stepMs;
    return value.type === "samples" ? 0 : value.timeMs;
  };
  return Array.from(perStep, (samples, step) => [timeAt(step) / 1000, samples] as const);
}
