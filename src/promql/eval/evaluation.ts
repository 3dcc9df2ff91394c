import type { Expression } from "../syntax/ast/expression.ts";
import type { Annotations } from "./annotations.ts";
import { ColumnPool } from "./column-pool.ts";
import type { StoredSeries } from "./promql-storage.ts";
import { PromqlQueryError } from "./query-error.ts";
import { QuerySamples } from "./query-samples.ts";
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

/** How expressions are evaluated; see `EngineOptions` and `QueryOptions` for the meaning of each. */
export interface EvaluationSettings {
  readonly lookbackMs: number;
  readonly subqueryStepMs: number;
  readonly samplesMax: number;
  readonly columnBytesMax: number;
  readonly isNameRemovalDelayed: boolean;
  readonly countsPerStep: boolean;
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
  /** The steps of the query itself. */
  readonly grid: StepGrid;
  readonly settings: EvaluationSettings;
  readonly annotations: Annotations;
  readonly selected: ReadonlyMap<Expression, readonly StoredSeries[]>;
  readonly evaluator: Evaluator;
}

/** One run of a query: its settings, its memory, what was selected for it and what it has to say. */
export class Evaluation {
  readonly bounds: QueryBounds;
  readonly settings: EvaluationSettings;
  readonly annotations: Annotations;
  readonly columns: ColumnPool;
  readonly samples: QuerySamples;
  readonly #selected: ReadonlyMap<Expression, readonly StoredSeries[]>;
  readonly #evaluator: Evaluator;

  constructor(input: EvaluationInput) {
    const { settings } = input;
    this.bounds = input.bounds;
    this.settings = settings;
    this.annotations = input.annotations;
    this.columns = new ColumnPool(settings.columnBytesMax);
    this.samples = new QuerySamples(input.grid, settings.samplesMax, settings.countsPerStep);
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

  /** Ends the query if somebody wants that; called for each series, and within long ones. */
  stopIfAsked(): void {
    const reason = this.settings.stopReason();
    if (reason === null) return;
    throw reason === "timeout"
      ? new PromqlQueryError("promql_timeout", "query timed out in expression evaluation")
      : new PromqlQueryError("promql_canceled", "query was canceled in expression evaluation");
  }
}
