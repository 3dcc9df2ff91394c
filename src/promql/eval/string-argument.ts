import { AssertionError } from "#lib/assert";
import type { Expression } from "../syntax/ast/expression.ts";
import { required } from "./required.ts";

/** The text of an argument that is a string. */
export function stringArgument(expression: Expression | undefined): string {
  const inner = required(expression);
  if (inner.kind !== "stringLiteral") throw new AssertionError(`${inner.kind} is no string`);
  return inner.value;
}
