import * as fc from "fast-check";
import { expect, test } from "vitest";
import { writeShortest } from "./shortest-decimal.ts";

const target = new Uint8Array(64);

function written(value: number): string | null {
  const end = writeShortest(target, 7, value);
  return end < 0 ? null : new TextDecoder().decode(target.subarray(7, end));
}

/** What metrics are full of: rates, quotients, averages; and doubles of any bits. */
const quotient = fc
  .tuple(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 100_000 }))
  .map(([a, b]) => a / b);
const sixteenDigits = fc
  .tuple(fc.double({ min: 1e-5, max: 1e15, noNaN: true }), fc.integer({ min: 14, max: 17 }))
  .map(([value, digits]) => Number(value.toPrecision(digits)));
const value = fc
  .oneof(quotient, sixteenDigits, fc.double({ min: 1e-6, max: 1e16, noNaN: true }))
  .filter((one) => one > 0 && !Number.isInteger(one));

test("the digits are JavaScript's own, where there are any", () => {
  let answered = 0;
  const runs = 20_000;
  fc.assert(
    fc.property(value, (one) => {
      const text = written(one);
      if (text === null) return;
      answered += 1;
      expect(text).toBe(String(one));
    }),
    { numRuns: runs },
  );
  expect(answered).toBeGreaterThan(runs * 0.8);
});

test("beside a power of two, and where it cannot scale, it does not tell", () => {
  expect([0.5, 2 ** -10, 9.9e-6, 1e15 + 0.5, Infinity, NaN].map(written)).toEqual(
    Array.from({ length: 6 }, () => null),
  );
});

test.each([0.1 + 0.2, 1 / 3, 200 / 3, 5e-5 / 3, 123456789012.34567, 64.19999999999999])(
  "%d",
  (one) => {
    expect(written(one)).toBe(String(one));
  },
);
