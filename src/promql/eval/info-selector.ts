import { type Matcher, METRIC_NAME } from "#model";
import type { Call } from "../syntax/ast/call.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import type { QueryBounds } from "./evaluation.ts";
import { type ReferenceTime, referenceTimeOf } from "./reference-time.ts";

/** What the second argument of info() asks for. */
export interface InfoSelector {
  /** Which metrics give labels. */
  readonly nameMatchers: readonly Matcher[];
  /** Conditions on those labels; where there are any, only these labels are taken. */
  readonly dataMatchers: readonly Matcher[];
}

const DEFAULT_NAME: Matcher = { name: METRIC_NAME, operator: "=", value: "target_info" };
const ANY_INFO: Matcher = { name: METRIC_NAME, operator: "=~", value: ".+_info" };

export function infoSelectorOf(call: Call): InfoSelector {
  const second = call.args[1];
  const matchers = second?.kind === "vectorSelector" ? second.matchers : [];
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const dataMatchers = matchers.filter(({ name }) => name !== METRIC_NAME);
  if (names.length === 0) return { nameMatchers: [DEFAULT_NAME], dataMatchers };
  // Matchers that only exclude would find every metric there is.
  const onlyExclude = names.every(({ operator }) => operator === "!=" || operator === "!~");
  return { nameMatchers: onlyExclude ? [ANY_INFO, ...names] : names, dataMatchers };
}

/**
 * The time at which info series are looked up: that of the first selector of the enriched vector,
 * through the subqueries around it. An inner `@` fixes the time whatever is outside.
 */
export function infoTimeOf(expression: Expression, bounds: QueryBounds): ReferenceTime {
  return firstTime(expression, { atMs: null, offsetMs: 0 }, bounds) ?? { atMs: null, offsetMs: 0 };
}

function firstTime(
  expression: Expression,
  outer: ReferenceTime,
  bounds: QueryBounds,
): ReferenceTime | null {
  switch (expression.kind) {
    case "vectorSelector":
      return within(outer, referenceTimeOf(expression, bounds));
    case "matrixSelector":
      return within(outer, referenceTimeOf(expression.selector, bounds));
    case "subquery": {
      const time = within(outer, referenceTimeOf(expression, bounds));
      return firstTime(expression.expression, time, bounds);
    }
    case "parentheses":
    case "unary":
    case "aggregation":
      return firstTime(expression.expression, outer, bounds);
    case "binary":
      return (
        firstTime(expression.left, outer, bounds) ?? firstTime(expression.right, outer, bounds)
      );
    case "call":
      for (const arg of expression.args) {
        const time = firstTime(arg, outer, bounds);
        if (time !== null) return time;
      }
      return null;
    case "numberLiteral":
    case "stringLiteral":
      return null;
  }
}

function within(outer: ReferenceTime, inner: ReferenceTime): ReferenceTime {
  return inner.atMs === null
    ? { atMs: outer.atMs, offsetMs: outer.offsetMs + inner.offsetMs }
    : inner;
}
