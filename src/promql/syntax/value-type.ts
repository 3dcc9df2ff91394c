import { FUNCTION_SIGNATURES } from "../functions/signatures.ts";
import type { Expression } from "./ast/expression.ts";

/** What an expression gives. */
export type ValueType = "scalar" | "vector" | "matrix" | "string" | "none";

/** As Prometheus' messages call it. */
export const VALUE_TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  scalar: "scalar",
  vector: "instant vector",
  matrix: "range vector",
  string: "string",
  none: "none",
};

/** The type of a checked expression; an unknown function gives `none`. */
export function valueTypeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case "numberLiteral":
      return "scalar";
    case "stringLiteral":
      return "string";
    case "matrixSelector":
    case "subquery":
      return "matrix";
    case "vectorSelector":
    case "aggregation":
      return "vector";
    case "call":
      return FUNCTION_SIGNATURES.get(expression.functionName)?.returns ?? "none";
    case "parentheses":
    case "unary":
      return valueTypeOf(expression.expression);
    case "binary": {
      const isScalar =
        valueTypeOf(expression.left) === "scalar" && valueTypeOf(expression.right) === "scalar";
      return isScalar ? "scalar" : "vector";
    }
  }
}
