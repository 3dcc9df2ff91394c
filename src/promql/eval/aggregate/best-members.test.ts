import * as fc from "fast-check";
import { expect, test } from "vitest";
import { FLOAT } from "../vector-series.ts";
import { BestMembers } from "./best-members.ts";

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(NaN));

function best(all: readonly (readonly number[])[], limits: readonly number[], isTop: boolean) {
  const members = new BestMembers(Float64Array.from(limits), isTop, () => undefined);
  for (const [member, values] of all.entries()) {
    const kinds = new Uint8Array(values.length).fill(FLOAT);
    members.offer(member, { kinds, values: Float64Array.from(values) });
  }
  return limits.map((_, step) => members.at(step));
}

test("the k best of each step stay, best first, whatever the order they come in", () => {
  const steps = fc.constant(3);
  const world = steps.chain((count) =>
    fc.tuple(
      fc.array(fc.array(value, { minLength: count, maxLength: count }), { maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: count, maxLength: count }),
      fc.boolean(),
    ),
  );
  fc.assert(
    fc.property(world, ([all, limits, isTop]) => {
      for (const [step, kept] of best(all, limits, isTop).entries()) {
        expect(new Set(kept.map(({ member }) => member)).size).toBe(kept.length);
        const column = all.map((values) => values[step] as number);
        const numbers = column.filter((one) => !Number.isNaN(one));
        const sorted = numbers.toSorted((a, b) => (isTop ? b - a : a - b));
        const expected = [...sorted, ...column.filter(Number.isNaN)].slice(0, limits[step]);
        expect(kept.map((one) => one.value)).toEqual(expected);
        expect(kept.map(({ member }) => column[member])).toEqual(expected);
      }
    }),
  );
});

test("among equals the heap's moves decide, as in Prometheus", () => {
  const [kept] = best([[1], [1], [1], [2]], [3], true);
  expect(kept?.map(({ member }) => member)).toEqual([3, 1, 2]);
});
