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
