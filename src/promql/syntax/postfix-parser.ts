import type { Expression } from "./ast/expression.ts";
import type { MatrixSelector } from "./ast/matrix-selector.ts";
import type { Subquery } from "./ast/subquery.ts";
import type { AtModifier } from "./ast/time-modifiers.ts";
import type { VectorSelector } from "./ast/vector-selector.ts";
import { type DurationParser, readNumber } from "./duration-parser.ts";
import type { TokenReader } from "./token-reader.ts";

/** What an expression can have behind it without an operator. */
export class PostfixParser {
  readonly #reader: TokenReader;
  readonly #durations: DurationParser;
  readonly #withEdges: boolean;

  constructor(reader: TokenReader, durations: DurationParser, withEdges: boolean) {
    this.#reader = reader;
    this.#durations = durations;
    this.#withEdges = withEdges;
  }

  /** Takes every postfix after `expression`. */
  read(expression: Expression): Expression {
    const reader = this.#reader;
    let result = expression;
    for (;;) {
      const { kind } = reader.token;
      if (kind === "[") result = this.#readBrackets(result);
      else if (kind === "offset") result = this.#readOffset(result);
      else if (kind === "@") result = this.#readAt(result);
      else if (kind === "anchored" || kind === "smoothed") result = this.#readEdges(result, kind);
      else return result;
    }
  }

  #readBrackets(expression: Expression): Expression {
    const reader = this.#reader;
    const bracket = reader.take().position;
    const range = this.#durations.readPositive({
      context: "subquery or range selector",
      expected: "number, duration, step(), or range()",
    });
    const { start } = expression.position;
    if (reader.takeIf(":") !== null) {
      const step = this.#readStep();
      const position = { start, end: reader.take().position.end };
      return { kind: "subquery", expression, range, step, offset: null, at: null, position };
    }
    if (!reader.is("]")) reader.failUnexpected("subquery or range", '":" or "]"');
    const { end } = reader.take().position;
    const brackets = { start: bracket.start, end };
    if (expression.kind !== "vectorSelector") {
      return reader.fail(brackets, "ranges only allowed for vector selectors");
    }
    if (expression.offset !== null) {
      reader.fail(brackets, "no offset modifiers allowed before range");
    }
    if (expression.at !== null) reader.fail(brackets, "no @ modifiers allowed before range");
    return { kind: "matrixSelector", selector: expression, range, position: { start, end } };
  }

  /** The step of a subquery; leaves the closing bracket. */
  #readStep(): Subquery["step"] {
    const reader = this.#reader;
    if (reader.is("]")) return null;
    const step = this.#durations.readPositive({
      context: "subquery selector",
      expected: 'number, duration, step(), range(), or "]"',
    });
    if (!reader.is("]")) reader.failUnexpected("subquery selector", '"]"');
    return step;
  }

  #readOffset(expression: Expression): Expression {
    const reader = this.#reader;
    reader.take();
    const offset = this.#durations.readOffset({
      context: "offset",
      expected: "number, duration, step(), or range()",
    });
    return this.#changed(expression, "offset modifier", (selector) => {
      // An offset of nothing is as good as none.
      if (hasOffset(selector))
        reader.fail(expression.position, "offset may not be set multiple times");
      return { ...selector, offset, position: until(selector, offset.position.end) };
    });
  }

  #readAt(expression: Expression): Expression {
    const reader = this.#reader;
    reader.take();
    const { at, end } = this.#readAtTime(expression);
    return this.#changed(expression, "@ modifier", (selector) => {
      if (selector.at !== null) {
        reader.fail(expression.position, "@ <timestamp> may not be set multiple times");
      }
      return { ...selector, at, position: until(selector, end) };
    });
  }

  #readAtTime(expression: Expression): { readonly at: AtModifier; readonly end: number } {
    const reader = this.#reader;
    const unexpected = (): never => reader.failUnexpected("@", "timestamp");
    const word = reader.token.kind;
    if (word === "start" || word === "end") {
      reader.take();
      if (reader.takeIf("(") === null || !reader.is(")")) unexpected();
      return { at: { kind: word }, end: reader.take().position.end };
    }
    const isMinus = reader.is("-");
    if (isMinus || reader.is("+")) reader.take();
    if (!reader.is("number") && !reader.is("duration")) unexpected();
    const literal = readNumber(reader);
    const seconds = isMinus ? -literal.value : literal.value;
    if (!(Math.abs(seconds) < 2 ** 63)) {
      const shown = Number.isFinite(seconds) ? `${BigInt(seconds)}.000000` : goFloat(seconds);
      reader.fail(expression.position, `timestamp out of bounds for @ modifier: ${shown}`);
    }
    const timestampMs = roundHalfAway(seconds * 1000);
    return { at: { kind: "timestamp", timestampMs }, end: literal.position.end };
  }

  #readEdges(expression: Expression, edges: "anchored" | "smoothed"): Expression {
    const reader = this.#reader;
    const { end } = reader.take().position;
    const fail = (reason: string): never => reader.fail(expression.position, reason);
    if (!this.#withEdges) fail(`${edges} modifier is experimental and not enabled`);
    const { kind } = expression;
    if (kind === "subquery") return fail(`${edges} modifier is not supported for subqueries`);
    if (kind !== "vectorSelector" && kind !== "matrixSelector") {
      return fail(`${edges} modifier not implemented`);
    }
    const selector = kind === "vectorSelector" ? expression : expression.selector;
    if (selector.edges !== null && selector.edges !== edges) {
      fail("anchored and smoothed modifiers cannot be used together");
    }
    const position = until(expression, end);
    const changed = { ...selector, edges };
    return kind === "vectorSelector"
      ? { ...changed, position }
      : { ...expression, selector: changed, position };
  }

  /** Gives the selector in `expression` its modifier; what has no time of its own takes none. */
  #changed(
    expression: Expression,
    modifier: string,
    change: (selector: VectorSelector | Subquery) => VectorSelector | Subquery,
  ): Expression {
    if (expression.kind === "vectorSelector" || expression.kind === "subquery") {
      return change(expression);
    }
    if (expression.kind === "matrixSelector") return changedMatrix(expression, change);
    const allowed = "an instant vector selector or range vector selector or a subquery";
    return this.#reader.fail(expression.position, `${modifier} must be preceded by ${allowed}`);
  }
}

function changedMatrix(
  matrix: MatrixSelector,
  change: (selector: VectorSelector | Subquery) => VectorSelector | Subquery,
): MatrixSelector {
  const selector = change(matrix.selector);
  if (selector.kind !== "vectorSelector") return matrix;
  // The selector's own place ends before its range.
  return {
    ...matrix,
    selector: { ...selector, position: matrix.selector.position },
    position: until(matrix, selector.position.end),
  };
}

function hasOffset({ offset }: VectorSelector | Subquery): boolean {
  return offset !== null && !(offset.kind === "numberLiteral" && offset.value === 0);
}

function until(expression: Expression, end: number): Expression["position"] {
  return { start: expression.position.start, end };
}

/** Go's `%f` of what is not finite. */
function goFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** Go's `math.Round`; JavaScript rounds −0.5 up. */
function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
