import type { Domain } from "./plot-series.ts";

/** What the finite ones among the values span; null where there are none. */
export function finiteDomain(values: readonly number[]): Domain | null {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min > max ? null : { min, max };
}
