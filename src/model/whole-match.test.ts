import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileFastPath, compileRe2, compileWholeMatch } from "./whole-match.ts";

test.each([
  ["", ["", "a", "\n"]],
  ["foo", ["foo", "fo", "fooo", "FOO"]],
  ["foo|bar|", ["foo", "bar", "", "foobar", "foo|bar|"]],
  ["foo.*", ["foo", "foobar", "foo\nbar", "xfoo"]],
  ["foo.+", ["foo", "foobar", "foo\n", "foo\u{1f600}"]],
  [".*foo", ["foo", "barfoo", "foob", "\nfoo"]],
  [".+foo", ["foo", "foofoo", "xfoo"]],
  [".*foo.*", ["foo", "xfoox", "fo"]],
  [".+foo.+", ["foofoo", "xfoo", "foox", "xfoox", "foofoox", "xfoofoo"]],
  [".*", ["", "x", "\n"]],
  [".+", ["", "x", "\n"]],
  ["a.*b", ["ab", "a", "b", "aab", "axb", "abx"]],
  ["aba.+aba", ["aba", "ababa", "abaaba", "abaxaba"]],
  ["app_(read|write|(?:x|y)z)_total", ["app_read_total", "app_yz_total", "app_x_total"]],
  ["^foo$|^bar", ["foo", "bar", "^foo$", "barx"]],
  ["10\\.0\\.0\\.[0-9]+", ["10.0.0.1", "10x0.0.1"]],
  ["a\\.b|c\\|d|e\\\\", ["a.b", "axb", "c|d", "c", "e\\"]],
  ["(a|b.*)c", ["ac", "bc", "bxc", "ab"]],
])("%s is one of the quick ones, or not, and means what RE2 means", (expression, candidates) => {
  const truth = compileRe2(expression);
  const ours = compileWholeMatch(expression);
  expect(candidates.map(ours)).toEqual(candidates.map(truth));
});

test.each(["foo", "a|b", "foo.*", ".*foo.*", "x(a|b)y", "^a$", "a\\.b"])(
  "%s avoids RE2",
  (text) => {
    expect(compileFastPath(text)).not.toBeNull();
  },
);

test.each([
  "(?i)foo",
  "é",
  "a?",
  "a{2}",
  "[ab]",
  "\\d",
  "a.b",
  ".*?",
  "a^",
  "$a",
  "(",
  ")",
  "a**",
  "a\\",
])("%s is left to RE2", (text) => {
  expect(compileFastPath(text)).toBeNull();
});

test.each(["(", ")", "a**", "[", "a\\", "(?P<n", "*", "x{1001}"])("%s is refused", (text) => {
  expect(() => compileWholeMatch(text)).toThrow(/./);
});

const PIECES = String.raw`a b ab .* .+ . | ( ) (?: ^ $ \. \| \\ - * + ? {2} [ab] (?i) \d \- _ é 😀`;
const piece = fc.constantFrom(" ", ...PIECES.split(" "));
const candidate = fc.string({
  unit: fc.constantFrom("a", "b", "A", ".", "|", "\\", "\n", "-", " ", "1", "_", "é", "\u{1f600}"),
  maxLength: 6,
});

test("the quick way answers as RE2 does, whatever the expression", () => {
  let quick = 0;
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 7 }),
      fc.array(candidate, { minLength: 8, maxLength: 8 }),
      (pieces, candidates) => {
        const expression = pieces.join("");
        const fast = compileFastPath(expression);
        if (fast === null) return;
        quick += 1;
        const truth = compileRe2(expression);
        expect([expression, ...candidates.map(fast)]).toEqual([
          expression,
          ...candidates.map(truth),
        ]);
      },
    ),
    { numRuns: 4000 },
  );
  expect(quick).toBeGreaterThan(500);
});

test("words of an alternation, joined as an entitlement would, match only themselves", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "b", ".", "*", "|", "(", "\\", "$", "^"),
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), word, (words, other) => {
      const expression = words.map((text) => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&")).join("|");
      const matches = compileWholeMatch(expression);
      for (const text of words) expect(matches(text)).toBe(true);
      expect(matches(other)).toBe(words.includes(other));
    }),
  );
});
