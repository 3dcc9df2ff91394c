export { parseSelector } from "./syntax/parse-selector.ts";
export { printSelector } from "./syntax/print-selector.ts";
export { PromqlSyntaxError } from "./syntax/promql-syntax-error.ts";
export type { VectorSelector } from "./syntax/vector-selector.ts";
