import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quantileOf } from "./quantile-of.ts";
import { quantileOfSorted } from "./quantile-of-sorted.ts";

const value = fc.oneof(
  { weight: 5, arbitrary: fc.double({ noNaN: true }) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);

test("selection finds what sorting finds", () => {
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 60 }),
      fc.oneof(fc.double({ min: 0, max: 1 }), fc.constantFrom(0, 0.5, 1, -1, 2, NaN)),
      (values, quantile) => {
        const sorted = quantileOfSorted(quantile, Float64Array.from(values).toSorted());
        const column = Float64Array.from([...values, 7]);
        // Which zero of several is found is nobody's business.
        expect(quantileOf(quantile, column, values.length) + 0).toBe(sorted + 0);
        expect(column.at(-1)).toBe(7);
      },
    ),
    { numRuns: 2000 },
  );
});
