import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bestMembers } from "./best-members.ts";

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN));

test("the k best stay, best first, whatever the order they come in", () => {
  fc.assert(
    fc.property(fc.array(value), fc.integer({ min: 1, max: 6 }), fc.boolean(), (all, k, isTop) => {
      const best = bestMembers([...all.keys()], (member) => all[member] as number, k, isTop);
      expect(new Set(best).size).toBe(best.length);
      const numbers = all.filter((one) => !Number.isNaN(one));
      const sorted = numbers.toSorted((a, b) => (isTop ? b - a : a - b));
      const expected = [...sorted, ...all.filter(Number.isNaN)].slice(0, k);
      expect(best.map((member) => all[member])).toEqual(expected);
    }),
  );
});

test("among equals the heap's moves decide, as in Prometheus", () => {
  const values = [1, 1, 1, 2];
  expect(bestMembers([0, 1, 2, 3], (member) => values[member] ?? 0, 3, true)).toEqual([3, 1, 2]);
});
