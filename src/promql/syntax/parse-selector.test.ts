import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Matcher, MatchOperator } from "#model";
import { parseSelector } from "./parse-selector.ts";
import { printSelector } from "./print-selector.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";

const plain = (matchers: readonly Matcher[]): readonly string[][] =>
  matchers.map(({ name, operator, value }) => [name, operator, value]);

const parsed = (text: string): readonly string[][] => plain(parseSelector(text).matchers);

const refusal = (text: string): PromqlSyntaxError => {
  try {
    parseSelector(text);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
};

const many = (count: number): string =>
  `{${Array.from({ length: count }, (_, i) => `l${i}="x"`).join(",")}}`;

describe("accepts", () => {
  test.each([
    ["up", [["__name__", "=", "up"]]],
    ["  up # all of them", [["__name__", "=", "up"]]],
    ["up{}", [["__name__", "=", "up"]]],
    ["job:up:sum5m", [["__name__", "=", "job:up:sum5m"]]],
    ["sum", [["__name__", "=", "sum"]]],
    [
      "{bool='1',\"inf\"}",
      [
        ["bool", "=", "1"],
        ["__name__", "=", "inf"],
      ],
    ],
    [
      'up {a="1", b!="2",c=~"3.*",d!~"4|5",}',
      [
        ["__name__", "=", "up"],
        ["a", "=", "1"],
        ["b", "!=", "2"],
        ["c", "=~", "3.*"],
        ["d", "!~", "4|5"],
      ],
    ],
    [
      "{a='it\\'s',b=`\\raw\n`}",
      [
        ["a", "=", "it's"],
        ["b", "=", "\\raw\n"],
      ],
    ],
    [
      '{"my.metric","l.n"="x"}',
      [
        ["__name__", "=", "my.metric"],
        ["l.n", "=", "x"],
      ],
    ],
    [
      '{"a\\u00e9\\xc3\\xa9\\303\\251\\U0001F600"="\\a\\b\\f\\n\\r\\t\\v\\\\\\""}',
      [["aééé😀", "=", '\x07\b\f\n\r\t\v\\"']],
    ],
    [
      '{__name__=~"app_.*",__name__!~"app_internal_.*"}',
      [
        ["__name__", "=~", "app_.*"],
        ["__name__", "!~", "app_internal_.*"],
      ],
    ],
    [
      '{a="1",\n# why\nb="2"}',
      [
        ["a", "=", "1"],
        ["b", "=", "2"],
      ],
    ],
  ])("%s", (text, expected) => {
    expect(parsed(text)).toEqual(expected);
  });

  test("and says where things stand", () => {
    const selector = parseSelector(' up{a="1"} ');
    expect(selector.position).toEqual({ start: 1, end: 10 });
    expect(selector.matchers.map((matcher) => matcher.position)).toEqual([
      { start: 1, end: 3 },
      { start: 4, end: 9 },
    ]);
  });
});

describe("refuses", () => {
  test.each([
    ["", "unknown position: parse error: unexpected end of input"],
    ["{}", "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{a=""}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{a=~".*"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{a!="x"}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['{""}', "1:1: parse error: vector selector must contain at least one non-empty matcher"],
    ['a{__name__="b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    ['a{"b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    ['{"a","b"}', '1:1: parse error: metric name must not be set twice: "a" or "b"'],
    ['{,a="1"}', '1:2: parse error: unexpected "," in label matching, expected identifier or "}"'],
    ['{a="1",,}', '1:8: parse error: unexpected "," in label matching, expected identifier or "}"'],
    ["{a=1}", "1:4: parse error: unexpected character inside braces: '1'"],
    ["{a=b}", '1:4: parse error: unexpected identifier "b" in label matching, expected string'],
    ['{a:b="1"}', "1:3: parse error: unexpected character inside braces: ':'"],
    [
      '{a "1"}',
      '1:4: parse error: unexpected string "\\"1\\"" in label matching, expected label matching operator',
    ],
    [
      '{a="1" b="2"}',
      '1:8: parse error: unexpected identifier "b" in label matching, expected "," or "}"',
    ],
    ['{a!"1"}', "1:3: parse error: unexpected character after '!' inside braces: '\"'"],
    ['{a="1"', "1:7: parse error: unexpected end of input inside braces"],
    ['{a="1\n"}', "1:4: parse error: unterminated quoted string"],
    ['{a="1', "1:4: parse error: unterminated quoted string"],
    ["{a=`1", "1:4: parse error: unterminated raw string"],
    ['{a="\\q"}', "1:4: parse error: unknown escape sequence U+0071 'q'"],
    ['{a="\\ud800"}', "1:4: parse error: escape sequence is an invalid Unicode code point"],
    ['{a="\\xff"}', "1:2: parse error: string is not valid UTF-8"],
    ['{a="\\400"}', "1:4: parse error: escape sequence is an invalid Unicode code point"],
    ['{""="x"}', '1:2: parse error: invalid label name ""'],
    ['{a=~"["}', "1:2: parse error: error parsing regexp: missing closing ]: `[`"],
    [
      '{a=~"(?=x)"}',
      "1:2: parse error: error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
    ],
    ["{{", "1:2: parse error: unexpected left brace '{'"],
    ["up}", "1:3: parse error: unexpected character: '}'"],
    ["up[5m]", '1:3: parse error: unexpected "["'],
    ["up offset 5m", "1:4: parse error: unexpected <offset>"],
    ["rate(up[5m])", '1:5: parse error: unexpected "("'],
    ["up or down", "1:4: parse error: unexpected <op:or>"],
    [
      '{a="1" or b="2"}',
      '1:8: parse error: unexpected identifier "or" in label matching, expected "," or "}"',
    ],
    ['up{a="1"}\n+ 1', "2:1: parse error: unexpected <op:+>"],
    ["\0", "1:1: parse error: unexpected character: '\\x00'"],
    ["up\u00a0", "1:3: parse error: unexpected character: '\\u00a0'"],
    ["é", "1:1: parse error: unexpected character: 'é'"],
    ["$x", "1:1: parse error: unexpected character: '$'"],
    ["{a=!'1'}", "1:4: parse error: unexpected character after '!' inside braces: '\\''"],
    ["Bool", "1:1: parse error: unexpected <Bool>"],
    ["on{}", "1:1: parse error: unexpected <on>"],
    ["atan2{a='1'}", "1:1: parse error: unexpected <op:atan2>"],
    ["NaN", '1:1: parse error: unexpected number "NaN"'],
  ])("%s", (text, message) => {
    expect(refusal(text).message).toBe(message);
  });

  test("with a caret below the place", () => {
    expect(refusal('up{a="1"}\n+ 1').excerpt).toBe("+ 1\n^");
    expect(refusal('up{abc "1"}').excerpt).toBe('up{abc "1"}\n       ^^^');
  });

  test("what is over a limit", () => {
    expect(parseSelector(many(100)).matchers).toHaveLength(100);
    expect(refusal(many(101)).reason).toBe("selector has more than 100 matchers");
    expect(refusal(`{a=~"${"x".repeat(16_385)}"}`).reason).toMatch(/^regular expression is longer/);
    expect(refusal(`up ${" ".repeat(65_536)}`).reason).toMatch(/^selector is longer/);
  });
});

const name = fc.oneof(
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]{0,8}$/),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
);
const value = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("\\", '"', "'", "`", "\n", "\0", "{", "}", ",", "=", "\u2028", "x"),
  }),
);
const operator = fc.constantFrom<MatchOperator>("=", "!=", "=~", "!~");
const matcher = fc
  .record({ name, operator, value })
  .map((m): Matcher => (m.operator.endsWith("~") ? { ...m, value: `a|${escaped(m.value)}` } : m));

function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/gu, "\\$&");
}

test("what is printed reads back as the same matchers", () => {
  fc.assert(
    fc.property(fc.array(matcher, { maxLength: 5 }), fc.boolean(), (some, isNamed) => {
      const anchor: Matcher = { name: isNamed ? "__name__" : "anchor", operator: "=", value: "on" };
      const matchers = [anchor, ...some.filter((m) => m.name !== "__name__")];
      expect(plain(parseSelector(printSelector(matchers)).matchers)).toEqual(plain(matchers));
    }),
  );
});

test("no text makes the parser fail in another way, or hang", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    ",",
    "=",
    "!",
    "~",
    '"',
    "'",
    "`",
    "\\",
    "a",
    "b:",
    "#",
    "\n",
    " ",
    "0",
    "é",
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: piece })), (text) => {
      try {
        const { matchers } = parseSelector(text);
        expect(plain(parseSelector(printSelector(matchers)).matchers)).toEqual(plain(matchers));
      } catch (error) {
        if (!(error instanceof PromqlSyntaxError)) throw error;
      }
    }),
    { numRuns: 1000 },
  );
});
