import { beginsExpression } from "./begins-expression.ts";
import type { VectorMatching } from "./ast/vector-matching.ts";
import { readNumber } from "./duration-parser.ts";
import { readGroupingLabels } from "./grouping-parser.ts";
import type { PositionRange } from "./position-range.ts";
import type { TokenReader } from "./token-reader.ts";

/** `on (…) group_left (…) fill (0)` between an operator and its right operand. */
export function readMatching(
  reader: TokenReader,
  leftPosition: PositionRange,
  withFill: boolean,
): VectorMatching {
  const isOn = reader.is("on");
  let cardinality: VectorMatching["cardinality"] = "oneToOne";
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  if (isOn || reader.is("ignoring")) {
    reader.take();
    labels = readGroupingLabels(reader).labels;
    if (reader.is("group_left") || reader.is("group_right")) {
      cardinality = reader.take().kind === "group_left" ? "manyToOne" : "oneToMany";
      if (!goesOnWithoutLabels(reader)) include = readGroupingLabels(reader).labels;
    }
  }
  const { fillLeft, fillRight } = readFill(reader);
  if (!withFill && (fillLeft !== null || fillRight !== null)) {
    reader.fail(leftPosition, "binop fill modifiers are experimental and not enabled");
  }
  return { cardinality, isOn, labels, include, fillLeft, fillRight };
}

/** The labels of `group_left` may be left out. */
function goesOnWithoutLabels({ token }: TokenReader): boolean {
  return token.kind !== "(" && (beginsExpression(token) || token.kind.startsWith("fill"));
}

type Fill = Pick<VectorMatching, "fillLeft" | "fillRight">;

/** `fill(x)` alone, or one or both of its one-sided forms in any order. */
function readFill(reader: TokenReader): Fill {
  if (reader.takeIf("fill") !== null) {
    const value = readFillValue(reader);
    return { fillLeft: value, fillRight: value };
  }
  if (reader.takeIf("fill_left") !== null) {
    const fillLeft = readFillValue(reader);
    const isBoth = reader.takeIf("fill_right") !== null;
    return { fillLeft, fillRight: isBoth ? readFillValue(reader) : null };
  }
  if (reader.takeIf("fill_right") !== null) {
    const fillRight = readFillValue(reader);
    const isBoth = reader.takeIf("fill_left") !== null;
    return { fillLeft: isBoth ? readFillValue(reader) : null, fillRight };
  }
  return { fillLeft: null, fillRight: null };
}

function readFillValue(reader: TokenReader): number {
  reader.expect("(");
  const isMinus = reader.is("-");
  if (isMinus || reader.is("+")) reader.take();
  if (!reader.is("number") && !reader.is("duration")) reader.failUnexpected();
  const { value } = readNumber(reader);
  reader.expect(")");
  return isMinus ? -value : value;
}
