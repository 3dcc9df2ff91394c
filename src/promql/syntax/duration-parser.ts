import type { DurationBinary, DurationCall, DurationNode } from "./ast/duration.ts";
import type { NumberLiteral } from "./ast/number-literal.ts";
import { isNumberWord } from "./keywords.ts";
import { DURATION_SECONDS_MAX, durationValue, numberValue } from "./number-text.ts";
import { QUERY_DEPTH_MAX } from "./limits.ts";
import { precedenceOf, PRECEDENCE_MIN, PRECEDENCE_OF_SIGN } from "./precedence.ts";
import type { Token } from "./token.ts";
import type { TokenReader } from "./token-reader.ts";

/** Where a duration stands: what Prometheus says when something else stands there. */
export interface DurationPlace {
  readonly context: string;
  readonly expected: string;
}

/** Durations in `[…]` and after `offset`, with their own small arithmetic. */
export class DurationParser {
  readonly #reader: TokenReader;
  readonly #withExpressions: boolean;
  #place: DurationPlace = { context: "", expected: "" };
  #depth = 0;

  constructor(reader: TokenReader, withExpressions: boolean) {
    this.#reader = reader;
    this.#withExpressions = withExpressions;
  }

  /** A range or a step, which is more than nothing where that is known now. */
  readPositive(place: DurationPlace): DurationNode {
    this.#place = place;
    const node = this.#readExpression(PRECEDENCE_MIN);
    if (node.kind === "numberLiteral" && !(node.value > 0)) {
      this.#reader.fail(node.position, "duration must be greater than 0");
    }
    return node;
  }

  /**
   * After `offset` a sign, a number or a call ends the duration, and only what begins with brackets
   * goes on with an operator: `a offset 5m * 2` multiplies the samples.
   */
  readOffset(place: DurationPlace): DurationNode {
    this.#place = place;
    const reader = this.#reader;
    const sign = reader.token;
    if (sign.kind !== "+" && sign.kind !== "-") {
      return reader.is("(") ? this.#readExpression(PRECEDENCE_MIN) : this.#readOperand();
    }
    reader.take();
    const isSignAgain = reader.is("+") || reader.is("-");
    const operand = isSignAgain ? this.#readExpression(PRECEDENCE_OF_SIGN) : this.#readOperand();
    return this.#signed(sign, operand);
  }

  #readExpression(precedenceMin: number): DurationNode {
    const reader = this.#reader;
    let left = this.#readSigned();
    for (;;) {
      const operator = reader.token;
      if (!isDurationOperator(operator.kind)) return left;
      const precedence = precedenceOf(operator.kind);
      if (precedence < precedenceMin) return left;
      reader.take();
      const right = this.#nested(operator.kind === "^" ? precedence : precedence + 1);
      left = this.#binary(operator, operator.kind, left, right);
    }
  }

  #nested(precedenceMin: number): DurationNode {
    this.#depth += 1;
    if (this.#depth > QUERY_DEPTH_MAX) {
      this.#reader.fail(this.#reader.token.position, "duration expression is nested too deeply");
    }
    const node = this.#readExpression(precedenceMin);
    this.#depth -= 1;
    return node;
  }

  #readSigned(): DurationNode {
    const sign = this.#reader.token;
    if (sign.kind !== "+" && sign.kind !== "-") return this.#readOperand();
    this.#reader.take();
    return this.#signed(sign, this.#nested(PRECEDENCE_OF_SIGN + 1));
  }

  #readOperand(): DurationNode {
    const reader = this.#reader;
    const { token } = reader;
    const { kind } = token;
    if (kind === "number" || kind === "duration") return this.#inRange(readNumber(reader), token);
    if (kind === "step" || kind === "range" || kind === "min_of" || kind === "max_of") {
      return this.#readCall(kind);
    }
    if (kind !== "(") this.#failUnexpected();
    reader.take();
    const inner = this.#nested(PRECEDENCE_MIN);
    this.#requireExpressions(inner);
    const { end } = this.#expect(")").position;
    return { kind: "durationParentheses", inner, position: { start: token.position.start, end } };
  }

  #readCall(functionName: DurationCall["functionName"]): DurationCall {
    const name = this.#reader.take();
    this.#expect("(");
    const args: DurationNode[] = [];
    if (functionName === "min_of" || functionName === "max_of") {
      args.push(this.#nested(PRECEDENCE_MIN));
      this.#expect(",");
      args.push(this.#nested(PRECEDENCE_MIN));
    }
    const { end } = this.#expect(")").position;
    const position = { start: name.position.start, end };
    const node: DurationCall = { kind: "durationCall", functionName, args, position };
    this.#requireExpressions(node);
    return node;
  }

  #binary(
    sign: Token,
    operator: DurationBinary["operator"],
    left: DurationNode,
    right: DurationNode,
  ): DurationBinary {
    this.#requireExpressions(left);
    if (right.kind === "numberLiteral" && right.value === 0) {
      if (operator === "/") this.#reader.fail(sign.position, "division by zero");
      if (operator === "%") this.#reader.fail(sign.position, "modulo by zero");
    }
    const position = { start: left.position.start, end: right.position.end };
    return { kind: "durationBinary", operator, left, right, position };
  }

  /** A signed number is a number, as everywhere in the language. */
  #signed(sign: Token, operand: DurationNode): DurationNode {
    const position = { start: sign.position.start, end: operand.position.end };
    const isMinus = sign.kind === "-";
    if (operand.kind === "numberLiteral") {
      const value = isMinus ? -operand.value : operand.value;
      return this.#inRange({ ...operand, value, position }, sign);
    }
    this.#requireExpressions(operand);
    return { kind: "durationUnary", operator: isMinus ? "-" : "+", operand, position };
  }

  #inRange(literal: NumberLiteral, where: Token): NumberLiteral {
    if (Math.abs(literal.value) > DURATION_SECONDS_MAX) {
      this.#reader.fail(where.position, "duration out of range");
    }
    return literal;
  }

  #requireExpressions(node: DurationNode): void {
    if (this.#withExpressions) return;
    this.#reader.fail(node.position, "experimental duration expression is not enabled");
  }

  #expect(kind: "(" | ")" | ","): Token {
    return this.#reader.is(kind) ? this.#reader.take() : this.#failUnexpected();
  }

  #failUnexpected(): never {
    return this.#reader.failUnexpected(this.#place.context, this.#place.expected);
  }
}

/** A number, or a duration as the number of its seconds. */
export function readNumber(reader: TokenReader): NumberLiteral {
  const { kind, text, position } = reader.take();
  if (kind === "number") {
    const value = numberValue(text);
    if (value === Infinity && !isNumberWord(text)) {
      const cause = `strconv.ParseFloat: parsing "${text}": value out of range`;
      reader.fail(position, `error parsing number: ${cause}`);
    }
    return { kind: "numberLiteral", value, isDuration: false, position };
  }
  const duration = durationValue(text);
  if (!duration.ok) reader.fail(position, duration.reason);
  return { kind: "numberLiteral", value: duration.seconds, isDuration: true, position };
}

function isDurationOperator(kind: string): kind is DurationBinary["operator"] {
  return kind.length === 1 && "+-*/%^".includes(kind);
}
