import { Annotations } from "./eval/annotations.ts";
import { type DataRequest, dataRequestsOf } from "./eval/data-requests.ts";
import { detectingResetHints } from "./eval/detect-reset-hints.ts";
import { dropNamesAtEnd } from "./eval/drop-names.ts";
import { evaluator } from "./eval/evaluate.ts";
import { Evaluation, type EvaluationSettings, type QueryBounds } from "./eval/evaluation.ts";
import type { PromqlStorage, StoredSeries } from "./eval/promql-storage.ts";
import { PromqlQueryError } from "./eval/query-error.ts";
import { instantMatrix } from "./eval/instant-matrix.ts";
import { sortByLabels } from "./eval/sort-by-labels.ts";
import { gridBetween, type StepGrid } from "./eval/step-grid.ts";
import { stringArgument } from "./eval/string-argument.ts";
import { NO_OBSERVER, type QueryObserver } from "./query-observer.ts";
import { unwrapArguments } from "./eval/unwrap-arguments.ts";
import type { QueryResult, QueryValue } from "./query-result.ts";
import type { Expression } from "./syntax/ast/expression.ts";
import { valueTypeOf } from "./syntax/value-type.ts";

export interface EngineOptions {
  /** How far an instant selector looks back for a sample; Prometheus: 5 minutes. */
  readonly lookbackMs: number;
  /** The step of a subquery that names none; Prometheus: 1 minute. */
  readonly subqueryStepMs: number;
  /** How many samples a query may hold in memory; Prometheus: 50 million. */
  readonly samplesMax: number;
  /** How much memory a query may take for its columns: eight bytes and one for each series and step. */
  readonly columnBytesMax: number;
  /** `promql-delayed-name-removal` */
  readonly isNameRemovalDelayed: boolean;
}

export const DEFAULT_ENGINE_OPTIONS: EngineOptions = {
  lookbackMs: 300_000,
  subqueryStepMs: 60_000,
  samplesMax: 50_000_000,
  columnBytesMax: 1 << 29,
  isNameRemovalDelayed: false,
};

/** What may differ from query to query. */
export interface QueryOptions {
  readonly lookbackMs?: number;
  /** `promql-per-step-stats`: also counts the samples of each step. */
  readonly countsPerStep?: boolean;
  readonly observer?: QueryObserver;
  /** Asked for each series, and within long ones; a reason stops the query with an error of that kind. */
  readonly stopReason?: () => "canceled" | "timeout" | null;
}

/** Runs parsed queries. Holds no data and no state between queries. */
export interface PromqlEngine {
  instant(
    expression: Expression,
    storage: PromqlStorage,
    timeMs: number,
    options?: QueryOptions,
  ): Promise<QueryResult>;
  /** The answer is always a matrix, its series sorted by labels. */
  range(
    expression: Expression,
    storage: PromqlStorage,
    range: QueryRange,
    options?: QueryOptions,
  ): Promise<QueryResult>;
}

/** All of start, start + step, … up to `endMs`. */
export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
  /** Above zero. */
  readonly stepMs: number;
}

export function createEngine(options: EngineOptions = DEFAULT_ENGINE_OPTIONS): PromqlEngine {
  return {
    instant: (expression, storage, timeMs, queryOptions = {}) => {
      const bounds = { startMs: timeMs, endMs: timeMs, stepMs: 0, isRange: false };
      return run(expression, storage, bounds, { options, queryOptions });
    },
    range: (expression, storage, { startMs, endMs, stepMs }, queryOptions = {}) => {
      const bounds = { startMs, endMs, stepMs, isRange: true };
      return run(expression, storage, bounds, { options, queryOptions });
    },
  };
}

function settingsOf(options: EngineOptions, query: QueryOptions): EvaluationSettings {
  return {
    lookbackMs: query.lookbackMs ?? options.lookbackMs,
    subqueryStepMs: options.subqueryStepMs,
    samplesMax: options.samplesMax,
    columnBytesMax: options.columnBytesMax,
    isNameRemovalDelayed: options.isNameRemovalDelayed,
    countsPerStep: query.countsPerStep ?? false,
    stopReason: query.stopReason ?? (() => null),
  };
}

interface RunOptions {
  readonly options: EngineOptions;
  readonly queryOptions: QueryOptions;
}

async function run(
  query: Expression,
  storage: PromqlStorage,
  bounds: QueryBounds,
  { options, queryOptions }: RunOptions,
): Promise<QueryResult> {
  const expression = unwrapArguments(query);
  const settings = settingsOf(options, queryOptions);
  const observer = queryOptions.observer ?? NO_OBSERVER;
  const annotations = new Annotations();
  observer.begin("preparation");
  const selected = await select(dataRequestsOf(expression, bounds, settings), storage);
  observer.end("preparation");
  const grid = gridBetween(bounds.startMs, bounds.endMs, bounds.stepMs);
  const evaluation = new Evaluation({ bounds, grid, settings, annotations, selected, evaluator });
  // First the value: the annotations come up while it is computed.
  observer.begin("evaluation");
  const found = valueOf(expression, evaluation, grid);
  observer.end("evaluation");
  observer.begin("sorting");
  const value = found.type === "matrix" ? { ...found, series: sortByLabels(found.series) } : found;
  observer.end("sorting");
  const statistics = evaluation.samples.statistics();
  return { value, annotations: annotations.all(), statistics };
}

/** Equal requests are made once. */
async function select(
  requests: readonly DataRequest[],
  storage: PromqlStorage,
): Promise<ReadonlyMap<Expression, readonly StoredSeries[]>> {
  const byNode = new Map<Expression, readonly StoredSeries[]>();
  const made = new Map<string, readonly StoredSeries[]>();
  for (const { node, matchers, minMs, maxMs, detectsResetHints } of requests) {
    const plain = matchers.map(({ name, operator, value }) => ({ name, operator, value }));
    const key = JSON.stringify([plain, minMs, maxMs]);
    const series = made.get(key) ?? (await storage.select(plain, minMs, maxMs));
    made.set(key, series);
    byNode.set(node, detectsResetHints ? series.map(detectingResetHints) : series);
  }
  return byNode;
}

function valueOf(expression: Expression, evaluation: Evaluation, grid: StepGrid): QueryValue {
  const { bounds } = evaluation;
  const type = valueTypeOf(expression);
  if (bounds.isRange) {
    if (type === "string" || type === "matrix" || type === "none") {
      throw new PromqlQueryError(
        "promql_expression_type",
        `invalid expression type "${type === "matrix" ? "range vector" : type}" for range query, must be Scalar or instant Vector`,
      );
    }
    const series = [...dropNamesAtEnd(evaluation.vector(expression, grid), evaluation, grid)];
    return { type: "matrix", grid, series };
  }
  const timeMs = bounds.startMs;
  switch (type) {
    case "scalar":
      return { type, timeMs, value: evaluation.scalar(expression, grid)[0] ?? Number.NaN };
    case "string":
      return { type, timeMs, value: stringArgument(expression) };
    case "matrix":
      return { type: "samples", series: instantMatrix(expression, evaluation, grid) };
    case "vector":
    case "none":
      return {
        type: "vector",
        timeMs,
        series: [...dropNamesAtEnd(evaluation.vector(expression, grid), evaluation, grid)],
      };
  }
}
