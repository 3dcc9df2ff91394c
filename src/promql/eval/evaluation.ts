import type { Expression } from "../syntax/ast/expression.ts";
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

/** What evaluates the operands of an operator. */
export interface Evaluator {
  vector(expression: Expression, evaluation: Evaluation, grid: StepGrid): Iterable<VectorSeries>;
  scalar(expression: Expression, evaluation: Evaluation, grid: StepGrid): Float64Array;
}

/** What an evaluation begins with. `selected` has the stored series by the node that asked for them. */
export interface EvaluationInput {
  readonly bounds: QueryBounds;
  readonly settings: EvaluationSettings;
  readonly annotations: Annotations;
  readonly selected: ReadonlyMap<Expression, readonly StoredSeries[]>;
  readonly evaluator: Evaluator;
}

/** One run of a query: its settings, what was selected for it and what it has to say. */
export class Evaluation {
  readonly bounds: QueryBounds;
  readonly settings: EvaluationSettings;
  readonly annotations: Annotations;
  readonly #selected: ReadonlyMap<Expression, readonly StoredSeries[]>;
  readonly #evaluator: Evaluator;
  #sampleCount = 0;

  constructor(input: EvaluationInput) {
    this.bounds = input.bounds;
    this.settings = input.settings;
    this.annotations = input.annotations;
    this.#selected = input.selected;
    this.#evaluator = input.evaluator;
  }

  /** Series of an instant vector, one by one, so that a reader may drop each before the next. */
  vector(expression: Expression, grid: StepGrid): Iterable<VectorSeries> {
    return this.#evaluator.vector(expression, this, grid);
  }

  scalar(expression: Expression, grid: StepGrid): Float64Array {
    return this.#evaluator.scalar(expression, this, grid);
  }

  /** The series that were fetched for this node before the evaluation began. */
  storedSeries(node: Expression): readonly StoredSeries[] {
    return this.#selected.get(node) ?? [];
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
