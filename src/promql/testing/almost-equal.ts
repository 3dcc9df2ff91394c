/** The relative difference below which two numbers count as equal. */
const EPSILON = 1e-6;

const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** Equal up to rounding: how test scripts compare. Every NaN equals every other. */
export function almostEqual(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  // Near zero a relative difference says nothing.
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < EPSILON * SMALLEST_NORMAL;
  return difference / Math.min(sum, Number.MAX_VALUE) < EPSILON;
}
