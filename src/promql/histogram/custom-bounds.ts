import { columnsEqual } from "#model";

/** The bounds that both have: the finest buckets into which both can be sorted without guessing. */
export function commonBounds(a: Float64Array, b: Float64Array): Float64Array {
  if (columnsEqual(a, b)) return a;
  const inB = new Set(b);
  return a.filter((bound) => inB.has(bound));
}

/** The index among `coarse` bounds of each bucket of `fine` ones, the last for the rest to +Inf. */
export function coarserCustomIndex(
  fine: Float64Array,
  coarse: Float64Array,
): (index: number) => number {
  let target = 0;
  const targets = Array.from(fine, (bound) => {
    while (target < coarse.length && (coarse[target] as number) < bound) target += 1;
    return target;
  });
  return (index) => targets[index] ?? coarse.length;
}
