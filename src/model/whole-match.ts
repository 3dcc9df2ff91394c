import { RE2JS } from "re2js";
import type { ValueTest } from "./matcher.ts";

/**
 * Regular expressions of matchers: RE2, so linear time whatever the expression says; anchored at
 * both ends; a dot matches newline too (Prometheus `labels.NewFastRegexMatcher`).
 *
 * Nearly all expressions that people write in selectors are lists of words, prefixes and suffixes.
 * Those are recognized here and run on string operations: `a|b|c` is a look-up in a set whatever
 * its length. Whatever is not plainly of that kind goes to RE2 — flags, classes, repetitions,
 * anything beyond ASCII — so a doubt costs speed and never changes an answer.
 */
export function compileWholeMatch(expression: string): ValueTest {
  return compileFastPath(expression) ?? compileRe2(expression);
}

/** Throws where the expression is not valid RE2. */
export function compileRe2(expression: string): ValueTest {
  const compiled = RE2JS.compile(expression, RE2JS.DOTALL);
  return (candidate) => compiled.matches(candidate);
}

/** Null where only RE2 will do. */
export function compileFastPath(expression: string): ValueTest | null {
  const alternatives = parseAlternatives(expression);
  if (alternatives === null) return null;
  const words = new Set<string>();
  const tests: ValueTest[] = [];
  for (const items of alternatives) {
    const word = wordOf(items);
    if (word !== null) {
      words.add(word);
      continue;
    }
    const test = compileItems(items);
    if (test === null) return null;
    tests.push(test);
  }
  return unionOf(words, tests);
}

/** Literal text, or how many characters a wildcard takes at least: `.*` 0, `.+` 1. */
type Item = string | 0 | 1;

/** Most words that `(a|b)(c|d)` may multiply into; beyond it RE2 is smaller. */
const ALTERNATIVES_MAX = 1024;

interface Cursor {
  readonly text: string;
  offset: number;
}

/** What RE2 gives a meaning to, beside what is read below; and all that is not printable ASCII. */
const NEEDS_RE2 = /[^ -~]|[[\]{}?*+]/;
const ESCAPABLE = /[!-/:-@[-^`{-~]/;

function parseAlternatives(expression: string): readonly Item[][] | null {
  const cursor: Cursor = { text: expression, offset: 0 };
  const alternatives = parseUnion(cursor, 0);
  return cursor.offset === expression.length ? alternatives : null;
}

const DEPTH_MAX = 8;

/** `a|b|c`, up to the end or a closing parenthesis. */
function parseUnion(cursor: Cursor, depth: number): Item[][] | null {
  const alternatives: Item[][] = [];
  for (;;) {
    const sequence = parseSequence(cursor, depth);
    if (sequence === null) return null;
    for (const items of sequence) alternatives.push(items);
    if (alternatives.length > ALTERNATIVES_MAX) return null;
    if (cursor.text[cursor.offset] !== "|") return alternatives;
    cursor.offset += 1;
  }
}

/** One alternative, multiplied out where it contains groups. */
function parseSequence(cursor: Cursor, depth: number): Item[][] | null {
  const { text } = cursor;
  const start = cursor.offset;
  let sequence: Item[][] = [[]];
  for (;;) {
    const char = text[cursor.offset];
    if (char === undefined || char === "|" || char === ")") return sequence;
    const isEdge = depth === 0 && isRedundantAnchor(text, cursor.offset, start);
    if (isEdge) {
      cursor.offset += 1;
      continue;
    }
    const next = parsePiece(cursor, depth);
    if (next === null || next.length * sequence.length > ALTERNATIVES_MAX) return null;
    sequence = sequence.flatMap((head) => next.map((tail) => joined(head, tail)));
  }
}

/** The whole is anchored anyway: `^` at the start and `$` at the end of an alternative add nothing. */
function isRedundantAnchor(text: string, offset: number, start: number): boolean {
  if (text[offset] === "^") return offset === start;
  if (text[offset] !== "$") return false;
  return offset + 1 === text.length || text[offset + 1] === "|";
}

function parsePiece(cursor: Cursor, depth: number): Item[][] | null {
  const { text } = cursor;
  const char = text[cursor.offset] ?? "";
  if (char === "(") return parseGroup(cursor, depth);
  if (char === ".") {
    const repeat = text[cursor.offset + 1];
    cursor.offset += 2;
    // `.*?` prefers another match, which for a whole match makes no difference, but is rare.
    if ((repeat !== "*" && repeat !== "+") || isRepeat(text[cursor.offset])) return null;
    return [[repeat === "*" ? 0 : 1]];
  }
  const isEscape = char === "\\";
  const literal = isEscape ? (text[cursor.offset + 1] ?? "") : char;
  if (isEscape ? !ESCAPABLE.test(literal) : char === "^" || char === "$" || NEEDS_RE2.test(char)) {
    return null;
  }
  cursor.offset += isEscape ? 2 : 1;
  return isRepeat(text[cursor.offset]) ? null : [[literal]];
}

function parseGroup(cursor: Cursor, depth: number): Item[][] | null {
  const { text } = cursor;
  if (depth === DEPTH_MAX) return null;
  if (text[cursor.offset + 1] === "?") {
    if (text[cursor.offset + 2] !== ":") return null;
    cursor.offset += 3;
  } else {
    cursor.offset += 1;
  }
  const alternatives = parseUnion(cursor, depth + 1);
  if (alternatives === null || text[cursor.offset] !== ")") return null;
  cursor.offset += 1;
  return isRepeat(text[cursor.offset]) ? null : alternatives;
}

function isRepeat(char: string | undefined): boolean {
  return char === "*" || char === "+" || char === "?" || char === "{";
}

/** Neighbouring literals become one. */
function joined(head: readonly Item[], tail: readonly Item[]): Item[] {
  const last = head.at(-1);
  const first = tail[0];
  return typeof last === "string" && typeof first === "string"
    ? [...head.slice(0, -1), last + first, ...tail.slice(1)]
    : [...head, ...tail];
}

function wordOf(items: readonly Item[]): string | null {
  const [only = ""] = items;
  return items.length <= 1 && typeof only === "string" ? only : null;
}

/** Wildcards around or between at most two literals. */
function compileItems(items: readonly Item[]): ValueTest | null {
  const [a, b, c] = items;
  if (items.length === 1 && typeof a === "number") return (value) => value.length >= a;
  if (items.length === 2) {
    if (typeof a === "string" && typeof b === "number") return startsAndEnds(a, b, "");
    if (typeof a === "number" && typeof b === "string") return startsAndEnds("", a, b);
  }
  if (items.length === 3) {
    if (typeof a === "string" && typeof b === "number" && typeof c === "string") {
      return startsAndEnds(a, b, c);
    }
    if (typeof a === "number" && typeof b === "string" && typeof c === "number") {
      return contains(a, b, c);
    }
  }
  return null;
}

function startsAndEnds(start: string, between: number, end: string): ValueTest {
  const lengthMin = start.length + between + end.length;
  return (value) => value.length >= lengthMin && value.startsWith(start) && value.endsWith(end);
}

function contains(before: number, literal: string, after: number): ValueTest {
  return (value) => {
    // The first place is the best: it leaves most behind it.
    const found = value.indexOf(literal, before);
    return found !== -1 && found + literal.length + after <= value.length;
  };
}

function unionOf(words: ReadonlySet<string>, tests: readonly ValueTest[]): ValueTest {
  const [word = ""] = words;
  const [test] = tests;
  if (test === undefined) {
    return words.size === 1 ? (value) => value === word : (value) => words.has(value);
  }
  if (words.size === 0 && tests.length === 1) return test;
  return (value) => words.has(value) || tests.some((one) => one(value));
}
