import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileMatcher } from "#model";
import { expressionBounds } from "./expression-bounds.ts";

test.each([
  ["a|b|a", ["a", "b"], ""],
  ["plain", ["plain"], ""],
  ["", [""], ""],
  ["node_.*", null, "node_"],
  ["ab?c", null, "a"],
  ["ab*", null, "a"],
  ["ab{2}", null, "a"],
  ["ab+", null, "ab"],
  ["😀?x", null, ""],
  ["a(b|c)", null, ""],
  ["(?i)abc", null, ""],
  ["^abc", null, ""],
  ["x\\.y", null, "x"],
  [".*", null, ""],
])("%s", (expression, literals, prefix) => {
  expect(expressionBounds(expression)).toEqual({ literals, prefix });
});

test("whatever matches lies within the bounds", () => {
  const piece = fc.constantFrom(
    "a",
    "b",
    ".",
    "*",
    "+",
    "?",
    "|",
    "(a|b)",
    "[ab]",
    "{2}",
    "\\.",
    "^",
    "$",
  );
  const expressions = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
  const values = fc.array(fc.constantFrom("a", "b", ".", "aa"), { maxLength: 5 });
  const holds = fc.property(expressions, values, (expression, parts) => {
    const value = parts.join("");
    let matches: boolean;
    try {
      matches = compileMatcher({ name: "x", operator: "=~", value: expression })(value);
    } catch {
      return true;
    }
    const { literals, prefix } = expressionBounds(expression);
    return !matches || (value.startsWith(prefix) && (literals?.includes(value) ?? true));
  });
  expect(fc.check(holds, { numRuns: 3000 }).counterexample).toBeNull();
});
