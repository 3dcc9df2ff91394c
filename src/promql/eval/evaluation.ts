import type { Expression } from "../syntax/ast/expression.ts";
import type { VectorSelector } from "../syntax/ast/vector-selector.ts";
import type { Annotations } from "./annotations.ts";
import type { StoredSeries } from "./promql-storage.ts";
import { PromqlQueryError } from "./query-error.ts";
import type { StepGrid } from "./step-grid.ts";
import type { VectorSeries } from "./vector-series.ts";

/** What the query as a whole asks for: `start()`, `end()`, `step()`, `range()` and sorting see it. */
export interface QueryBounds {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 in an instant query. */
  readonly stepMs: number;
  readonly isRange: boolean;
}

/** How expressions are evaluated; see `EngineOptions` for the meaning of each. */
export interface EvaluationSettings {
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  readonly samplesMax: number;
  readonly isNameRemovalDelayed: boolean;
  /** Asked between series: why to stop, or null to go on. */
  readonly stopReason: () => "canceled" | "timeout" | null;
}

/** One run of a query: its settings, what was selected for it and what it has to say. */
export class Evaluation {
  readonly bounds: QueryBounds;
  readonly settings: EvaluationSettings;
  readonly annotations: Annotations;
  readonly #selected: ReadonlyMap<VectorSelector, readonly StoredSeries[]>;
  #sampleCount = 0;

  constructor(
    bounds: QueryBounds,
    settings: EvaluationSettings,
    annotations: Annotations,
    selected: ReadonlyMap<VectorSelector, readonly StoredSeries[]>,
  ) {
    this.bounds = bounds;
    this.settings = settings;
    this.annotations = annotations;
    this.#selected = selected;
  }

  /** The series that were fetched for this selector before the evaluation began. */
  seriesOf(selector: VectorSelector): readonly StoredSeries[] {
    return this.#selected.get(selector) ?? [];
  }

  /** Counts samples that the query holds in memory; called at least once a series. */
  holdSamples(count: number): void {
    this.#sampleCount += count;
    if (this.#sampleCount > this.settings.samplesMax) {
      throw new PromqlQueryError(
        "promql_too_many_samples",
        "query processing would load too many samples into memory in query execution",
      );
    }
    const reason = this.settings.stopReason();
    if (reason === null) return;
    throw reason === "timeout"
      ? new PromqlQueryError("promql_timeout", "query timed out in expression evaluation")
      : new PromqlQueryError("promql_canceled", "query was canceled in expression evaluation");
  }

  /** Gives back what `holdSamples` took. */
  releaseSamples(count: number): void {
    this.#sampleCount -= count;
  }
}

/** Evaluates any expression that is an instant vector or a scalar; given to operators by evaluate.ts. */
export interface Evaluator {
  vector(expression: Expression, evaluation: Evaluation, grid: StepGrid): Iterable<VectorSeries>;
  scalar(expression: Expression, evaluation: Evaluation, grid: StepGrid): Float64Array;
}
