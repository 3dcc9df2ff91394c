import type { Expression } from "./ast/expression.ts";
import type { VectorSelector } from "./ast/vector-selector.ts";

/** Every selector that a query reads, in the order written. */
export function* selectorsIn(expression: Expression): Generator<VectorSelector> {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
      return;
    case "vectorSelector":
      yield expression;
      return;
    case "matrixSelector":
      yield expression.selector;
      return;
    case "parentheses":
    case "subquery":
    case "unary":
      yield* selectorsIn(expression.expression);
      return;
    case "aggregation":
      if (expression.parameter !== null) yield* selectorsIn(expression.parameter);
      yield* selectorsIn(expression.expression);
      return;
    case "binary":
      yield* selectorsIn(expression.left);
      yield* selectorsIn(expression.right);
      return;
    case "call":
      for (const arg of expression.args) yield* selectorsIn(arg);
  }
}
