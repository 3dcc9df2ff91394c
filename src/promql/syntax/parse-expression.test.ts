import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Expression } from "./ast/expression.ts";
import { QUERY_DEPTH_MAX, QUERY_TEXT_CHARS_MAX } from "./limits.ts";
import { parseExpression } from "./parse-expression.ts";
import { ALL_PARSER_OPTIONS, DEFAULT_PARSER_OPTIONS } from "./parser-options.ts";
import { prettifyExpression } from "./prettify-expression.ts";
import { printExpression } from "./print-expression.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";

const parse = (text: string): Expression => parseExpression(text, ALL_PARSER_OPTIONS);

const refusal = (text: string, options = ALL_PARSER_OPTIONS): string => {
  try {
    parseExpression(text, options);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) return error.message.replace(" parse error:", "");
    throw error;
  }
  return "accepted";
};

const nested = (depth: number): string => `${"(".repeat(depth)}a${")".repeat(depth)}`;

const withoutPlaces = (node: Expression): string =>
  JSON.stringify(node, (key, value: unknown) => (key === "position" ? undefined : value));

describe("prints what it read, in Prometheus' way", () => {
  test.each([
    ["0x1F", "31"],
    ["017", "15"],
    ["1_000.5e3", "1000500"],
    [".5", "0.5"],
    ["1e-7", "0.0000001"],
    ["1e21", "1000000000000000000000"],
    ["-iNf", "-Inf"],
    ["5m", "5m"],
    ["-1h30m", "-1h30m"],
    ["'it\\'s'", '"it\'s"'],
    ["`raw\\n`", '"raw\\\\n"'],
    ['"a\\xc5z"', '"a\\xc5z"'],
    ["2^3^2", "2 ^ 3 ^ 2"],
    ["-2^2", "-2 ^ 2"],
    ["a+b*c", "a + b * c"],
    ["sum(a)by(b)", "sum by (b) (a)"],
    ["count_values without(c)('l',a)", 'count_values without (c) ("l", a)'],
    ["TOPK(3,a)", "topk(3, a)"],
    ["a==bool b", "a == bool b"],
    ["a*on()group_left(x)b", "a * on () group_left (x) b"],
    ["a and ignoring(x)b", "a and ignoring (x) b"],
    ["a + fill (1) b", "a + fill (1) b"],
    ["a+ on(x) fill_right(-2) fill_left(1e-5) b", "a + on (x) fill_left (1e-05) fill_right (-2) b"],
    ["fill + fill", "fill + fill"],
    ["a</5", "a </ 5"],
    ["a[5m]offset 1h@5", "a[5m] @ 5.000 offset 1h"],
    ["a offset-1w", "a offset -1w"],
    ["a[300]", "a[5m]"],
    ["a[5m*2]", "a[5m * 2]"],
    ["a[(2)]", "a[(2)]"],
    ["a offset (step()+1)", "a offset (step() + 1)"],
    ["a offset 5m * 2", "a offset 5m * 2"],
    ["a[max_of(step(),1m)]", "a[max_of(step(), 1m)]"],
    ["rate(a[5m])[1h:1m] @ end()", "rate(a[5m])[1h:1m] @ end()"],
    ["rate(a[1m])[1m+range():] offset 1m", "rate(a[1m])[1m + range():] offset 1m"],
    ["rate(a[5m]anchored)", "rate(a[5m] anchored)"],
    ["a smoothed", "a smoothed"],
    ['{"my.metric",b!~"x",a="1"}', '{__name__="my.metric",a="1",b!~"x"}'],
    ['a{"l.n"="x"}', 'a{"l.n"="x"}'],
    ['sum by("l.n")(a)', 'sum by ("l.n") (a)'],
    ["info(a,{b='c'})", 'info(a, {b="c"})'],
    ["sum", "sum"],
    ["end{start='x'}", 'end{start="x"}'],
    ["step()+range()", "step() + range()"],
    ["a # comment\n+ b", "a + b"],
    ["(a)", "(a)"],
  ])("%s", (text, printed) => {
    const expression = parse(text);
    expect(printExpression(expression)).toBe(printed);
    expect(printExpression(parse(printed))).toBe(printed);
  });
});

describe("refuses with Prometheus' message and place", () => {
  test.each([
    ["", "unknown position: no expression found in input"],
    ["1 +", "1:4: unexpected end of input"],
    ["a b", '1:3: unexpected identifier "b"'],
    ["(a", "1:3: unclosed left parenthesis"],
    ["a)", "1:3: unexpected right parenthesis ')'"],
    ["a[5m", "1:5: unclosed left bracket"],
    ["a[5m]]", "1:6: unexpected right bracket ']'"],
    ["1 == 1", "1:3: comparisons between scalars must use BOOL modifier"],
    ["a + bool b", "1:3: bool modifier can only be used on comparison operators"],
    ["a or 1", '1:1: set operator "or" not allowed in binary scalar expression'],
    ["a and on(x) group_left b", '1:1: no grouping allowed for "and" operation'],
    ["1 + on(x) 2", "1:1: vector matching only allowed between instant vectors"],
    ["a + on(x) group_left(x) b", '1:3: label "x" must not occur in ON and GROUP clause at once'],
    ["a + 'b'", "1:5: binary expression must contain only scalar and instant vector types"],
    ["rate(a)", '1:6: expected type range vector in call to function "rate", got instant vector'],
    ["rate()", '1:1: expected 1 argument(s) in call to "rate", got 0'],
    ["round(a,1,2)", '1:1: expected at most 2 argument(s) in call to "round", got 3'],
    ["label_join(a)", '1:1: expected at least 3 argument(s) in call to "label_join", got 1'],
    ["abs(a,)", "1:6: trailing commas not allowed in function call args"],
    ["nosuch(a)", '1:1: unknown function with name "nosuch"'],
    ["sum()", "1:1: no arguments for aggregate expression provided"],
    [
      "topk(a)",
      "1:1: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    ],
    ["sum(a b)", '1:7: unexpected identifier "b" in aggregation'],
    ["sum by (5) (a)", '1:9: unexpected number "5" in grouping opts, expected label'],
    ["sum(1)", "1:5: expected type instant vector in aggregation expression, got scalar"],
    ["a[range():]", "1:11: unexpected colon before duration in duration expression"],
    ["a[0]", "1:3: duration must be greater than 0"],
    ["a[5m] @", "1:8: unexpected end of input in @, expected timestamp"],
    ["a @ 1 @ 2", "1:1: @ <timestamp> may not be set multiple times"],
    ["a offset 1m offset 2m", "1:1: offset may not be set multiple times"],
    [
      "a offset b",
      '1:10: unexpected identifier "b" in offset, expected number, duration, step(), or range()',
    ],
    ["(a + b)[5m]", "1:8: ranges only allowed for vector selectors"],
    ["a offset 1m [5m]", "1:13: no offset modifiers allowed before range"],
    ["a[5m1h]", '1:3: not a valid duration string: "5m1h"'],
    ["a[5m] anchored smoothed", "1:1: anchored and smoothed modifiers cannot be used together"],
    [
      "-'x'",
      '1:1: unary expression only allowed on expressions of type scalar or instant vector, got "string"',
    ],
    ["a[5m][1h:]", "1:1: subquery is only allowed on instant vector, got matrix instead"],
    ["info(a, b)", "1:9: expected label selectors only, got vector selector instead"],
    ["{}", "1:1: vector selector must contain at least one non-empty matcher"],
    [
      "a\n+ rate(b)",
      '2:8: expected type range vector in call to function "rate", got instant vector',
    ],
    ["1x", '1:1: bad number or duration syntax: "1"'],
  ])("%s", (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test.each([
    ["limitk(1, a)", /^1:1: limitk\(\) is experimental/],
    ["info(a)", /^1:1: function "info" is not enabled$/],
    ["a smoothed", /^1:1: smoothed modifier is experimental and not enabled$/],
    ["a + fill(0) b", /^1:1: binop fill modifiers are experimental and not enabled$/],
  ])("%s where the flag is off", (text, message) => {
    expect(refusal(text, DEFAULT_PARSER_OPTIONS)).toMatch(message);
    expect(refusal(text)).toBe("accepted");
  });

  test("what is over a limit", () => {
    expect(refusal(" ".repeat(QUERY_TEXT_CHARS_MAX + 1))).toMatch(/query is longer than/);
    expect(refusal(nested(QUERY_DEPTH_MAX - 1))).toBe("accepted");
    expect(refusal(nested(QUERY_DEPTH_MAX))).toMatch(/nested more than/);
    expect(refusal(Array.from({ length: 700 }, () => "a").join(" + "))).toMatch(/nested more than/);
    expect(refusal(`a[${"(".repeat(700)}1${")".repeat(700)}]`)).toMatch(/nested too deeply/);
  });
});

test("operators bind as they must", () => {
  const shape = (node: Expression): string => {
    if (node.kind === "binary") return `[${shape(node.left)}${node.operator}${shape(node.right)}]`;
    return node.kind === "unary" ? `-${shape(node.expression)}` : printExpression(node);
  };
  expect(shape(parse("a or b and c == d + e * f ^ g"))).toBe("[aor[band[c==[d+[e*[f^g]]]]]]");
  expect(shape(parse("a ^ b ^ c"))).toBe("[a^[b^c]]");
  expect(shape(parse("a - b - c"))).toBe("[[a-b]-c]");
  expect(shape(parse("-a ^ b * c"))).toBe("[-[a^b]*c]");
  expect(shape(parse("a unless b and c or d"))).toBe("[[[aunlessb]andc]ord]");
});

const leaf = fc.constantFrom("a", 'b{c="d"}', "1", "5m", "a offset 5m", "a @ end()", "vector(1)");
const vectorText = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc
      .tuple(tie("node"), fc.constantFrom("+", "*", "^", "-", "atan2"), tie("node"))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    tie("node").map((inner) => `(${inner})`),
    tie("node").map((inner) => `-${inner}`),
    tie("node").map((inner) => `sum by (x) (a + ${inner})`),
    tie("node").map((inner) => `rate((a + ${inner})[5m:1m])`),
  ),
})).node;

test("what is printed reads back as the same tree, on one line or many", () => {
  fc.assert(
    fc.property(vectorText, (text) => {
      const tree = parse(text);
      expect(withoutPlaces(parse(printExpression(tree)))).toBe(withoutPlaces(tree));
      expect(withoutPlaces(parse(prettifyExpression(tree)))).toBe(withoutPlaces(tree));
    }),
  );
});

test("no text makes the parser fail in another way, or hang", () => {
  const piece = fc.constantFrom(
    ..."( ) [ ] { } , : @ = ! ~ < > / + - * % ^ a sum by on offset 5m 1 . e x \" ' ` \\ # bool".split(
      " ",
    ),
    " ",
    "\n",
    "\udc80",
  );
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: piece })), (text) => {
      expect(typeof refusal(text)).toBe("string");
    }),
    { numRuns: 1000 },
  );
});
