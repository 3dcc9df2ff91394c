import type { Expression } from "../syntax/ast/expression.ts";

/**
 * The query without parentheses around it, its functions' arguments and its aggregations' operands:
 * they mean nothing there, and annotations name the place of what is inside, as in Prometheus.
 */
export function unwrapArguments(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "parentheses") inner = inner.expression;
  return withUnwrappedArguments(inner);
}

function withUnwrappedArguments(expression: Expression): Expression {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
    case "vectorSelector":
    case "matrixSelector":
      return expression;
    case "parentheses":
    case "subquery":
    case "unary":
      return { ...expression, expression: withUnwrappedArguments(expression.expression) };
    case "binary":
      return {
        ...expression,
        left: withUnwrappedArguments(expression.left),
        right: withUnwrappedArguments(expression.right),
      };
    case "call":
      return { ...expression, args: expression.args.map(unwrapArguments) };
    case "aggregation":
      return {
        ...expression,
        expression: unwrapArguments(expression.expression),
        parameter: expression.parameter === null ? null : unwrapArguments(expression.parameter),
      };
  }
}
