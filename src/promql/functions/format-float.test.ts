import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatGeneral, formatPositional } from "./format-float.ts";

test.each([
  [0, "0"],
  [-0, "-0"],
  [1e21, "1000000000000000000000"],
  [1.5e-7, "0.00000015"],
  [-2.5, "-2.5"],
  [Infinity, "+Inf"],
  [NaN, "NaN"],
])("%s is written without an exponent", (value, text) => {
  expect(formatPositional(value)).toBe(text);
});

test.each([
  [100000, "100000"],
  [1e6, "1e+06"],
  [1700000255, "1.700000255e+09"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [-Infinity, "-Inf"],
])("%s is written as Go's verb g writes it", (value, text) => {
  expect(formatGeneral(value)).toBe(text);
});

test("what is written reads back the same", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(formatPositional(value))).toBe(value);
      expect(Number(formatGeneral(value))).toBe(value);
    }),
  );
});
