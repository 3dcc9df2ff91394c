import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DecimalReader } from "./decimal-reader.ts";
import { canonicalFloat, NUMBER_BYTES_MAX, writeTimestamp, writeValue } from "./float-writer.ts";

function written(value: number): string {
  const target = new Uint8Array(NUMBER_BYTES_MAX);
  return new TextDecoder().decode(target.subarray(0, writeValue(target, 0, value)));
}

/** How many digits count. */
function significant(number: string): number {
  const digits = number.replace(/e.*/, "").replace(/\D/g, "");
  return digits.replace(/^0+|0+$/g, "").length;
}

const anyDouble = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc
    .tuple(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 }))
    .map(([digits, exponent]) => Number(`${digits}e${exponent}`)),
  fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1000),
);

test.each([
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [-17, "-17"],
  [999_999_999, "999999999"],
  [1_000_000_000, "1000000000"],
  [123_456_789_012_345, "123456789012345"],
  [0.5, "0.5"],
  [0.1, "0.1"],
  [-12.0625, "-12.0625"],
  [1_700_000_000.123, "1700000000.123"],
  [0.000_24, "0.00024"],
  [1e-7, "0.0000001"],
  [1.5e-9, "1.5e-9"],
  [1e21, "1e+21"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [NaN, "NaN"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
])("writes %s as %s", (value, text) => {
  expect(written(value)).toBe(text);
});

test("what is written is the shortest text, and reads back as the same double", () => {
  const reader = new DecimalReader();
  fc.assert(
    fc.property(anyDouble, (value) => {
      const text = written(value);
      const bytes = new TextEncoder().encode(`${text}\n`);
      expect(reader.read(bytes, 0)).toBe(value);
      expect(reader.end).toBe(bytes.length - 1);
      expect(significant(text)).toBe(significant(String(value)));
    }),
    { numRuns: 5000, seed: 7 },
  );
});

test("reads every decimal text as the language does", () => {
  const reader = new DecimalReader();
  const part = fc.stringMatching(/^[0-9]{0,25}$/);
  const exponent = fc.option(fc.integer({ min: -330, max: 300 }), { nil: null });
  fc.assert(
    fc.property(fc.constantFrom("", "+", "-"), part, part, exponent, (sign, whole, rest, power) => {
      fc.pre(whole + rest !== "");
      const text = `${sign}${whole}${rest === "" ? "" : `.${rest}`}${power === null ? "" : `e${power}`}`;
      const value = reader.read(new TextEncoder().encode(`${text} `), 0);
      const expected = Number(text);
      expect(reader.end).toBe(Number.isFinite(expected) ? text.length : 0);
      expect(value).toBe(Number.isFinite(expected) ? expected : NaN);
    }),
    { numRuns: 5000, seed: 7 },
  );
});

test.each([
  ["inf", Infinity],
  ["+INF", Infinity],
  ["-iNfInItY", -Infinity],
  ["nan", NaN],
  ["5.", 5],
  [".5", 0.5],
])("reads %s as Go does", (text, value) => {
  const reader = new DecimalReader();
  expect(reader.read(new TextEncoder().encode(`${text}\n`), 0)).toBe(value);
  expect(reader.end).toBe(text.length);
});

test.each(["", "+nan", "-", ".", "e5", "1e", "1e+", "infinit", "infinityx", "nano", "1e309"])(
  "refuses %j as Go does",
  (text) => {
    const reader = new DecimalReader();
    reader.read(new TextEncoder().encode(`${text}\n`), 0);
    expect(reader.end).toBe(0);
  },
);

test.each([
  [0, "0.0"],
  [1, "1.0"],
  [-1, "-1.0"],
  [0.25, "0.25"],
  [0.0001, "0.0001"],
  [0.00001, "1e-05"],
  [100_000, "100000.0"],
  [1_000_000, "1e+06"],
  [1_555_555.55555552, "1.55555555555552e+06"],
  [1e23, "1e+23"],
  [1e-100, "1e-100"],
  [Infinity, "+Inf"],
  [NaN, "NaN"],
])("%s is canonically %s", (value, text) => {
  expect(canonicalFloat(value)).toBe(text);
});

test("times are seconds in OpenMetrics and milliseconds in text", () => {
  const target = new Uint8Array(NUMBER_BYTES_MAX);
  const text = (end: number) => new TextDecoder().decode(target.subarray(0, end));
  expect(text(writeTimestamp(target, 0, 1_520_879_607_789, "openmetrics-1.0.0"))).toBe(
    "1520879607.789",
  );
  expect(text(writeTimestamp(target, 0, -1500, "openmetrics-1.0.0"))).toBe("-1.5");
  expect(text(writeTimestamp(target, 0, 1_520_879_607_789, "text-0.0.4"))).toBe("1520879607789");
});
