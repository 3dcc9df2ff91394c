export { createEngine, DEFAULT_ENGINE_OPTIONS } from "./engine.ts";
export type { QueryObserver, QueryPhase } from "./query-observer.ts";
export type { QueryResult } from "./query-result.ts";
export type { PromqlStorage, SeriesSamples, StoredSeries } from "./eval/promql-storage.ts";
export type { Expression } from "./syntax/ast/expression.ts";
export { expressionJson } from "./syntax/expression-json.ts";
export { ALL_PARSER_OPTIONS } from "./syntax/parser-options.ts";
export { prettifyExpression } from "./syntax/prettify-expression.ts";
export { selectorsIn } from "./syntax/selectors-in.ts";
export { parseExpression } from "./syntax/parse-expression.ts";
export { type Annotation, formatAnnotation } from "./eval/annotations.ts";
export { type RangeSeries, splitSamples } from "./eval/range-samples.ts";
export { type StepGrid, timeAt } from "./eval/step-grid.ts";
export { FLOAT, HISTOGRAM, type VectorSeries } from "./eval/vector-series.ts";
export { formatPositional } from "./functions/format-float.ts";
export { ascendingBuckets, type Bucket as HistogramBucket } from "./histogram/bucket.ts";
export type { VectorSelector } from "./syntax/ast/vector-selector.ts";
export { parseSelector } from "./syntax/parse-selector.ts";
export { printSelector } from "./syntax/print-selector.ts";
export { PromqlSyntaxError } from "./syntax/promql-syntax-error.ts";
export { runScript } from "./testing/run-script.ts";
export type {
  AnswerSeries,
  AnswerValue,
  ScriptAnswer,
  ScriptEngine,
} from "./testing/script-engine.ts";
export { PromqlScriptError } from "./testing/script-error.ts";
export { createScriptEngine } from "./testing/create-script-engine.ts";
export { MemoryStorage, type StoredPoint } from "./testing/memory-storage.ts";
