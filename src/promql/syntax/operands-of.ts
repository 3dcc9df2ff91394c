import type { Expression } from "./ast/expression.ts";

/** The expressions directly below an expression. */
export function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
    case "vectorSelector":
      return [];
    case "matrixSelector":
      return [expression.selector];
    case "parentheses":
    case "unary":
    case "subquery":
      return [expression.expression];
    case "binary":
      return [expression.left, expression.right];
    case "aggregation":
      return expression.parameter === null
        ? [expression.expression]
        : [expression.parameter, expression.expression];
    case "call":
      return expression.args;
  }
}
