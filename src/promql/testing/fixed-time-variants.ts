import type { Expression } from "../syntax/ast/expression.ts";
import type { AtModifier } from "../syntax/ast/time-modifiers.ts";
import { printExpression } from "../syntax/print-expression.ts";

/** Their answer depends on when the query is evaluated, whatever time their selectors have. */
const DEPENDS_ON_TIME: ReadonlySet<string> = new Set(
  "days_in_month day_of_month day_of_week day_of_year hour minute month year time timestamp predict_linear start end range step".split(
    " ",
  ),
);

/** A query and the time at which it must give the same as the original. */
export interface QueryVariant {
  readonly query: string;
  readonly timeMs: number;
}

/**
 * The query with `@ timeMs` on everything that has a time and none of its own, at other evaluation
 * times: the answer must not change. None where a function looks at the evaluation time.
 */
export function fixedTimeVariants(expression: Expression, timeMs: number): readonly QueryVariant[] {
  const fixed = withFixedTime(expression, { kind: "timestamp", timestampMs: timeMs });
  if (fixed === null) return [];
  const query = printExpression(fixed);
  const timesMs =
    timeMs === 0
      ? [-1000, 0, 1000]
      : [-10 * timeMs, 0, Math.trunc(timeMs / 5), timeMs, 10 * timeMs];
  return timesMs.map((variantMs) => ({ query, timeMs: variantMs }));
}

/** Null where the expression depends on the evaluation time. */
function withFixedTime(expression: Expression, at: AtModifier): Expression | null {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
      return expression;
    case "vectorSelector":
      return expression.at?.kind === "timestamp" ? expression : { ...expression, at };
    case "matrixSelector": {
      const { selector } = expression;
      if (selector.at?.kind === "timestamp") return expression;
      return { ...expression, selector: { ...selector, at } };
    }
    case "subquery":
      // What is inside of a subquery follows its time.
      return expression.at?.kind === "timestamp" ? expression : { ...expression, at };
    case "parentheses":
    case "unary": {
      const inner = withFixedTime(expression.expression, at);
      return inner === null ? null : { ...expression, expression: inner };
    }
    case "binary": {
      const left = withFixedTime(expression.left, at);
      const right = withFixedTime(expression.right, at);
      return left === null || right === null ? null : { ...expression, left, right };
    }
    case "aggregation": {
      const inner = withFixedTime(expression.expression, at);
      const { parameter } = expression;
      const fixedParameter = parameter === null ? null : withFixedTime(parameter, at);
      if (inner === null || (parameter !== null && fixedParameter === null)) return null;
      return { ...expression, expression: inner, parameter: fixedParameter };
    }
    case "call": {
      if (DEPENDS_ON_TIME.has(expression.functionName)) return null;
      const args = expression.args.map((arg) => withFixedTime(arg, at));
      const fixed = args.filter((arg) => arg !== null);
      return fixed.length === args.length ? { ...expression, args: fixed } : null;
    }
  }
}
