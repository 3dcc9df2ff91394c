import { assert, json, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { ExactNumber } from "./exact-number.ts";
import { parseJson } from "./parse-json.ts";
import { writeJson } from "./write-json.ts";

describe("a number keeps its text", () => {
  test.each([
    "0",
    "-0",
    "-0.0",
    "1",
    "-1",
    "1.5",
    "1.50",
    "1e5",
    "1E5",
    "1e-7",
    "0.0000001",
    "0.1",
    "0.10",
    "9007199254740993",
    "12345678901234567890",
    "1234567890.123456789",
    "1e400",
    "100",
    "1000000",
    "123456789012345",
    "0.30000000000000004",
    "5e-324",
    "1.7976931348623157e308",
  ])("%s", (text) => {
    expect(writeJson(parseJson(`{"a":[${text}]}`))).toBe(`{"a":[${text}]}`);
  });

  test("without being made special where a double has it", () => {
    expect(parseJson("[1.5, 3]")).toEqual([1.5, 3]);
    expect(parseJson("[1.50]")).toEqual([new ExactNumber("1.50")]);
  });
});

test("what is written is the same value, whatever it is", () => {
  assert(
    property(json(), (text) => {
      expect(JSON.parse(writeJson(parseJson(text)))).toEqual(JSON.parse(text));
    }),
  );
});

test("keys are in order, and nothing in a text is markup", () => {
  assert(
    property(string({ unit: "binary" }), (text) => {
      const written = writeJson({ [text]: text });
      expect(written).not.toMatch(/[<>&\u2028\u2029]/);
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify({ [text]: text })));
    }),
  );
  expect(writeJson({ b: 1, a: { d: 1, c: 2 }, 10: 1, 9: 2 })).toBe(
    '{"10":1,"9":2,"a":{"c":2,"d":1},"b":1}',
  );
});

test.each(["", "{", "01", "nul", "'a'", '{"a":1.}', "[1,]"])("%j is refused", (text) => {
  expect(() => parseJson(text)).toThrow(/JSON/);
});
