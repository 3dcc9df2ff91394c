export type { VectorSelector } from "./syntax/ast/vector-selector.ts";
export { parseSelector } from "./syntax/parse-selector.ts";
export { printSelector } from "./syntax/print-selector.ts";
export { PromqlSyntaxError } from "./syntax/promql-syntax-error.ts";
export { runScript } from "./testing/run-script.ts";
export type { ScriptEngine } from "./testing/script-engine.ts";
export { PromqlScriptError } from "./testing/script-error.ts";
export { createScriptEngine } from "./testing/create-script-engine.ts";
