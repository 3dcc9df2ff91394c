import type { Binary, BinaryOperator } from "./ast/binary.ts";
import type { Expression } from "./ast/expression.ts";
import type { VectorMatching } from "./ast/vector-matching.ts";
import { goQuote } from "./go-quote.ts";
import type { PositionRange } from "./position-range.ts";
import type { TokenReader } from "./token-reader.ts";
import type { ValueType } from "./value-type.ts";

type Check = (expression: Expression, reader: TokenReader) => ValueType;

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set(["==", "!=", "<", "<=", ">", ">="]);
const SET_OPERATORS: ReadonlySet<BinaryOperator> = new Set(["and", "or", "unless"]);

/** Checks both sides and what stands between them. */
export function checkBinary(binary: Binary, reader: TokenReader, check: Check): ValueType {
  const left = check(binary.left, reader);
  const right = check(binary.right, reader);
  checkBool(binary, left, right, reader);
  const { matching } = binary;
  if (matching !== null) checkLabels(binary, matching, reader);

  const allowed = "binary expression must contain only scalar and instant vector types";
  if (left !== "scalar" && left !== "vector") reader.fail(binary.left.position, allowed);
  if (right !== "scalar" && right !== "vector") reader.fail(binary.right.position, allowed);
  const areVectors = left === "vector" && right === "vector";
  if (matching !== null) settleMatching(binary, matching, areVectors, reader);
  if (!areVectors && SET_OPERATORS.has(binary.operator)) {
    const quoted = goQuote(binary.operator);
    reader.fail(binary.position, `set operator ${quoted} not allowed in binary scalar expression`);
  }
  return left === "scalar" && right === "scalar" ? "scalar" : "vector";
}

function checkBool(binary: Binary, left: ValueType, right: ValueType, reader: TokenReader): void {
  const isComparison = COMPARISONS.has(binary.operator);
  if (binary.returnsBool && !isComparison) {
    const reason = "bool modifier can only be used on comparison operators";
    reader.fail(operatorPosition(binary, reader.text), reason);
  }
  if (isComparison && !binary.returnsBool && left === "scalar" && right === "scalar") {
    const reason = "comparisons between scalars must use BOOL modifier";
    reader.fail(operatorPosition(binary, reader.text), reason);
  }
}

function checkLabels(binary: Binary, matching: VectorMatching, reader: TokenReader): void {
  if (!matching.isOn) return;
  const twice = matching.labels.find((label) => matching.include.includes(label));
  if (twice === undefined) return;
  const reason = `label ${goQuote(twice)} must not occur in ON and GROUP clause at once`;
  reader.fail(operatorPosition(binary, reader.text), reason);
}

/** Only vectors match, and the set operators match many to many. */
function settleMatching(
  binary: Binary,
  matching: VectorMatching,
  areVectors: boolean,
  reader: TokenReader,
): void {
  const fail = (reason: string): never => reader.fail(binary.position, reason);
  const hasFill = matching.fillLeft !== null || matching.fillRight !== null;
  const isSet = SET_OPERATORS.has(binary.operator);
  if (!areVectors) {
    if (matching.labels.length > 0) fail("vector matching only allowed between instant vectors");
    if (hasFill) fail("filling in missing series only allowed between instant vectors");
    settle(binary, null);
  } else if (isSet) {
    if (matching.cardinality !== "oneToOne") {
      fail(`no grouping allowed for ${goQuote(binary.operator)} operation`);
    }
    if (hasFill) fail("filling in missing series not allowed for set operators");
    settle(binary, { ...matching, cardinality: "manyToMany" });
  }
}

/** The tree is still the parser's own: nobody else has seen it yet. */
function settle(binary: Binary, matching: VectorMatching | null): void {
  const own: { matching: VectorMatching | null } = binary;
  own.matching = matching;
}

/** Operator and modifiers: what lies between the two sides. */
function operatorPosition(binary: Binary, text: string): PositionRange {
  let start = binary.left.position.end;
  while (/[ \t\r\n]/.test(text[start] ?? "")) start += 1;
  return { start, end: Math.max(start + 1, binary.right.position.start) };
}
