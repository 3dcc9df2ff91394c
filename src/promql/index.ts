export {
  createEngine,
  DEFAULT_ENGINE_OPTIONS,
  type EngineOptions,
  type PromqlEngine,
  type QueryOptions,
  type QueryRange,
} from "./engine.ts";
export { type Annotation, formatAnnotation } from "./eval/annotations.ts";
export type { PromqlStorage, SeriesSamples, StoredSeries } from "./eval/promql-storage.ts";
export { PromqlQueryError } from "./eval/query-error.ts";
export type { FloatRun, HistogramRun, RangeSeries } from "./eval/range-samples.ts";
export { type StepGrid, timeAt } from "./eval/step-grid.ts";
export { ABSENT, FLOAT, HISTOGRAM, pointAt, type VectorSeries } from "./eval/vector-series.ts";
export type { QueryResult, QueryValue } from "./query-result.ts";
export type { Expression } from "./syntax/ast/expression.ts";
export type { MatcherNode, VectorSelector } from "./syntax/ast/vector-selector.ts";
export { parseExpression } from "./syntax/parse-expression.ts";
export {
  ALL_PARSER_OPTIONS,
  DEFAULT_PARSER_OPTIONS,
  type ParserOptions,
} from "./syntax/parser-options.ts";
export type { PositionRange } from "./syntax/position-range.ts";
export { parseSelector } from "./syntax/parse-selector.ts";
export { prettifyExpression } from "./syntax/prettify-expression.ts";
export { printExpression } from "./syntax/print-expression.ts";
export { printSelector } from "./syntax/print-selector.ts";
export { PromqlSyntaxError } from "./syntax/promql-syntax-error.ts";
export { type EvaluationOutcome, runScript } from "./testing/run-script.ts";
export type { ScriptEngine } from "./testing/script-engine.ts";
export { PromqlScriptError } from "./testing/script-error.ts";
export { createScriptEngine } from "./testing/create-script-engine.ts";
