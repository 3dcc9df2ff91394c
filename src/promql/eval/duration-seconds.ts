import type { DurationBinary, DurationCall, DurationNode } from "../syntax/ast/duration.ts";
import type { QueryBounds } from "./evaluation.ts";
import { required } from "./required.ts";

/** The value of a duration expression; `step()` and `range()` are those of the whole query. */
export function durationSeconds(node: DurationNode, bounds: QueryBounds): number {
  switch (node.kind) {
    case "numberLiteral":
      return node.value;
    case "durationParentheses":
      return durationSeconds(node.inner, bounds);
    case "durationUnary": {
      const operand = durationSeconds(node.operand, bounds);
      return node.operator === "-" ? -operand : operand;
    }
    case "durationBinary":
      return ofBinary(node, bounds);
    case "durationCall":
      return ofCall(node, bounds);
  }
}

function ofBinary({ operator, left, right }: DurationBinary, bounds: QueryBounds): number {
  const a = durationSeconds(left, bounds);
  const b = durationSeconds(right, bounds);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    case "^":
      return a ** b;
  }
}

function ofCall({ functionName, args }: DurationCall, bounds: QueryBounds): number {
  const argument = (index: number): number => durationSeconds(required(args[index]), bounds);
  switch (functionName) {
    case "step":
      return bounds.stepMs / 1000;
    case "range":
      return (bounds.endMs - bounds.startMs) / 1000;
    case "min_of":
      return Math.min(argument(0), argument(1));
    case "max_of":
      return Math.max(argument(0), argument(1));
  }
}
