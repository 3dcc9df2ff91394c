import { compileMatcher, type MatchOperator, METRIC_NAME } from "#model";
import { createLexer, type Lexer } from "./lexer.ts";
import { REGEX_CHARS_MAX, SELECTOR_MATCHERS_MAX, SELECTOR_TEXT_CHARS_MAX } from "./limits.ts";
import type { PositionRange } from "./position-range.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import { describeReserved, isReserved } from "./reserved-words.ts";
import type { Token, TokenKind } from "./token.ts";
import { unquote } from "./unquote.ts";
import type { MatcherNode, VectorSelector } from "./ast/vector-selector.ts";

/**
 * Reads one vector selector and nothing else: no functions, no ranges, no `offset`.
 * Throws PromqlSyntaxError.
 */
export function parseSelector(text: string): VectorSelector {
  if (text.length > SELECTOR_TEXT_CHARS_MAX) {
    const reason = `selector is longer than ${SELECTOR_TEXT_CHARS_MAX} characters`;
    throw new PromqlSyntaxError(text, { start: 0, end: 1 }, reason);
  }
  const lexer = createLexer(text);
  const state: ParserState = { text, lexer, matchers: [] };
  let token = lexer.next();
  const start = token.position.start;
  let end = token.position.end;

  const isNamed = token.kind === "identifier" || token.kind === "metricIdentifier";
  if (isNamed) {
    if (isReserved(token.text)) {
      const reason = `unexpected ${describeReserved(token.text)}`;
      throw new PromqlSyntaxError(text, token.position, reason);
    }
    addMatcher(state, METRIC_NAME, "=", token.text, token.position);
    token = lexer.next();
  }
  if (token.kind === "{") {
    end = parseBraces(state);
    token = lexer.next();
  } else if (!isNamed) {
    throw unexpected(text, token, "", 'metric name or "{"');
  }
  if (token.kind !== "end") throw unexpected(text, token, "", "end of selector");

  const position = { start, end };
  checkNames(state, isNamed, position);
  return {
    kind: "vectorSelector",
    matchers: state.matchers,
    offset: null,
    at: null,
    edges: null,
    position,
  };
}

interface ParserState {
  readonly text: string;
  readonly lexer: Lexer;
  readonly matchers: MatcherNode[];
}

const IN_BRACES = " in label matching";

/** The list after `{`; returns the end of `}`. A comma may follow the last matcher. */
function parseBraces(state: ParserState): number {
  for (;;) {
    const first = state.lexer.next();
    if (first.kind === "}") return first.position.end;
    const after = parseMatcher(state, first);
    if (after.kind === "}") return after.position.end;
    if (after.kind !== ",") throw unexpected(state.text, after, IN_BRACES, '"," or "}"');
  }
}

/** `name op "value"`, or a quoted name alone, which is the metric's; returns the token after it. */
function parseMatcher(state: ParserState, first: Token): Token {
  if (first.kind !== "identifier" && first.kind !== "string") {
    throw unexpected(state.text, first, IN_BRACES, 'identifier or "}"');
  }
  const name = first.kind === "string" ? stringValue(state.text, first) : first.text;
  const operator = state.lexer.next();
  if (first.kind === "string" && (operator.kind === "," || operator.kind === "}")) {
    addMatcher(state, METRIC_NAME, "=", name, first.position);
    return operator;
  }
  if (!isMatchOperator(operator.kind)) {
    throw unexpected(state.text, operator, IN_BRACES, "label matching operator");
  }
  const value = state.lexer.next();
  if (value.kind !== "string") throw unexpected(state.text, value, IN_BRACES, "string");
  const position = { start: first.position.start, end: value.position.end };
  if (name === "") throw new PromqlSyntaxError(state.text, first.position, 'invalid label name ""');
  addMatcher(state, name, operator.kind, stringValue(state.text, value), position);
  return state.lexer.next();
}

function addMatcher(
  state: ParserState,
  name: string,
  operator: MatchOperator,
  value: string,
  position: PositionRange,
): void {
  const { text, matchers } = state;
  if (matchers.length === SELECTOR_MATCHERS_MAX) {
    const reason = `selector has more than ${SELECTOR_MATCHERS_MAX} matchers`;
    throw new PromqlSyntaxError(text, position, reason);
  }
  const isRegex = operator === "=~" || operator === "!~";
  if (isRegex && value.length > REGEX_CHARS_MAX) {
    const reason = `regular expression is longer than ${REGEX_CHARS_MAX} characters`;
    throw new PromqlSyntaxError(text, position, reason);
  }
  const node: MatcherNode = { name, operator, value, position };
  if (isRegex) {
    try {
      compileMatcher(node);
    } catch (error) {
      throw new PromqlSyntaxError(text, position, regexReason(error));
    }
  }
  matchers.push(node);
}

/** Prometheus says `error parsing regexp: …` whatever is wrong with it. */
function regexReason(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.startsWith("error parsing regexp") ? reason : `error parsing regexp: ${reason}`;
}

/**
 * A name is given once, and something must be asked for: a selector that any series satisfies is
 * mostly a typing error (Prometheus refuses it too).
 */
function checkNames(state: ParserState, isNamed: boolean, position: PositionRange): void {
  const { matchers, text } = state;
  const ofName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const given = isNamed
    ? ofName
    : ofName.filter((matcher) => matcher.operator === "=" && matcher.value !== "");
  if (given.length > 1) {
    const [first, second] = given.map((matcher) => JSON.stringify(matcher.value));
    const reason = `metric name must not be set twice: ${first} or ${second}`;
    throw new PromqlSyntaxError(text, position, reason);
  }
  if (matchers.every((matcher) => compileMatcher(matcher)(""))) {
    const reason = "vector selector must contain at least one non-empty matcher";
    throw new PromqlSyntaxError(text, position, reason);
  }
}

function stringValue(text: string, token: Token): string {
  const unquoted = unquote(token.text);
  if (unquoted.ok) return unquoted.value;
  const start = token.position.start + unquoted.offset;
  throw new PromqlSyntaxError(text, { start, end: start + 1 }, unquoted.reason);
}

function isMatchOperator(kind: string): kind is MatchOperator {
  return kind === "=" || kind === "!=" || kind === "=~" || kind === "!~";
}

const TOKEN_TEXT_SHOWN_CHARS_MAX = 60;

function unexpected(
  text: string,
  token: Token,
  where: string,
  expected: string,
): PromqlSyntaxError {
  const reason = `unexpected ${describe(token)}${where}, expected ${expected}`;
  return new PromqlSyntaxError(text, token.position, reason);
}

const KIND_WORDS: Partial<Record<TokenKind, string>> = {
  identifier: "identifier ",
  metricIdentifier: "metric identifier ",
  string: "string ",
};

function describe(token: Token): string {
  if (token.kind === "end") return "end of input";
  const shown = JSON.stringify(token.text.slice(0, TOKEN_TEXT_SHOWN_CHARS_MAX));
  return `${KIND_WORDS[token.kind] ?? ""}${shown}`;
}
