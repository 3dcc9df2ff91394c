import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatGeneral, formatPlain } from "./go-float.ts";

test.each([
  [0, "0"],
  [95_702, "95702"],
  [138_192.333_333_333_34, "138192.33333333334"],
  [999_999, "999999"],
  [1_000_000, "1e+06"],
  [2_475_128, "2.475128e+06"],
  [1.5e21, "1.5e+21"],
  [1.25e-7, "1.25e-07"],
  [0.0001, "0.0001"],
  [0.000_012, "1.2e-05"],
  [-1, "-1"],
  [1e100, "1e+100"],
])("%d reads %s in the statistics", (value, text) => {
  expect(formatGeneral(value)).toBe(text);
});

test.each([
  [2_324_404, "2324404"],
  [3_754_348_213.5, "3754348213.5"],
  [-1, "-1"],
  [1.25e-7, "0.000000125"],
  [1.5e21, "1500000000000000000000"],
  [-2.5e-10, "-0.00000000025"],
])("%d reads %s in line protocol", (value, text) => {
  expect(formatPlain(value)).toBe(text);
});

test("both spellings read back as the number", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(formatGeneral(value))).toBe(value === 0 ? 0 : value);
      expect(Number(formatPlain(value))).toBe(value === 0 ? 0 : value);
      expect(formatPlain(value)).toMatch(/^-?\d+(\.\d+)?$/);
    }),
  );
});
