export type { Expression } from "./syntax/ast/expression.ts";
export type { MatcherNode, VectorSelector } from "./syntax/ast/vector-selector.ts";
export type { PositionRange } from "./syntax/position-range.ts";
export { parseSelector } from "./syntax/parse-selector.ts";
export { printSelector } from "./syntax/print-selector.ts";
export { PromqlSyntaxError } from "./syntax/promql-syntax-error.ts";
