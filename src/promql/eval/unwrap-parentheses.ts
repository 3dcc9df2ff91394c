import type { Expression } from "../syntax/ast/expression.ts";

/** The expression inside any number of parentheses. */
export function unwrapParentheses(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === "parentheses") inner = inner.expression;
  return inner;
}
