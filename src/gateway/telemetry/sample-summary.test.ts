import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summarise } from "./sample-summary.ts";
import { UniformReservoir } from "./uniform-reservoir.ts";

function summaryOf(values: readonly number[]) {
  const reservoir = new UniformReservoir();
  for (const value of values) reservoir.update(value);
  return summarise(reservoir);
}

describe("a summary", () => {
  test("of nothing is all 0", () => {
    const { percentile, ...rest } = summaryOf([]);
    expect(rest).toEqual({ count: 0, min: 0, max: 0, mean: 0, variance: 0, stdDev: 0 });
    expect(percentile(0.999)).toBe(0);
  });

  test("of one value is that value", () => {
    const { percentile, ...rest } = summaryOf([-1]);
    expect(rest).toEqual({ count: 1, min: -1, max: -1, mean: -1, variance: 0, stdDev: 0 });
    expect([0.1, 0.5, 0.999].map(percentile)).toEqual([-1, -1, -1]);
  });

  // Observed of the original: two requests of a slow endpoint.
  test("of two values is what the original gave for them", () => {
    const summary = summaryOf([7_502_124_341, 6_572_086]);
    expect(summary).toMatchObject({ count: 2, min: 6_572_086, max: 7_502_124_341 });
    expect(summary.mean).toBe(3_754_348_213.5);
    expect(Math.trunc(summary.stdDev)).toBe(3_747_776_127);
    expect([0.1, 0.25].map(summary.percentile)).toEqual([6_572_086, 6_572_086]);
    expect(summary.percentile(0.5)).toBe(3_754_348_213.5);
    expect([0.75, 0.9, 0.95, 0.99].map(summary.percentile)).toEqual([
      7_502_124_341, 7_502_124_341, 7_502_124_341, 7_502_124_341,
    ]);
  });

  test("interpolates between the neighbours of share times n + 1", () => {
    const summary = summaryOf([10, 20, 30, 40]);
    expect([0.2, 0.25, 0.5, 0.75, 0.8].map(summary.percentile)).toEqual([10, 12.5, 25, 37.5, 40]);
    expect(summary.variance).toBe(125);
  });

  test("of a full reservoir counts all, of more values than it keeps", () => {
    const whole = summaryOf(Array.from({ length: 1028 }, (_, i) => i));
    expect(whole).toMatchObject({ count: 1028, min: 0, max: 1027, mean: 513.5 });
    const more = summaryOf(Array.from({ length: 5000 }, (_, i) => i));
    expect(more.count).toBe(5000);
    expect(more.max).toBeLessThan(5000);
    expect(more.min).toBeGreaterThanOrEqual(0);
  });

  test("never leaves the range of its values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 1e12 }), { minLength: 1, maxLength: 50 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, share) => {
          const summary = summaryOf(values);
          expect(summary.percentile(share)).toBeGreaterThanOrEqual(summary.min);
          expect(summary.percentile(share)).toBeLessThanOrEqual(summary.max);
        },
      ),
    );
  });
});
