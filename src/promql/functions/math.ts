import { maxOf, minOf } from "./extremes.ts";

/** What happens to the floats of a vector, one by one; histograms have no place here. */
export type PointFunction = (value: number, scalars: readonly number[]) => number | undefined;

/** −1, 0 or 1; NaN and both zeros stay what they are. */
function sign(value: number): number {
  return value < 0 ? -1 : value > 0 ? 1 : value;
}

/** To the nearest multiple, halves upwards; by the inverse, because 0.1 is not exact but 10 is. */
function round(value: number, [nearest = 1]: readonly number[]): number {
  const inverse = 1 / nearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}

/** Nothing lies between bounds in the wrong order. */
function clamp(
  value: number,
  [min = Number.NaN, max = Number.NaN]: readonly number[],
): number | undefined {
  if (max < min) return undefined;
  return maxOf(min, minOf(max, value));
}

/** From here on half an exponential is all of it, which overflows as early as Prometheus' does. */
const HYPERBOLIC_IS_EXPONENTIAL = 21;

function hyperbolic(value: number, near: (value: number) => number, side: number): number {
  const distance = Math.abs(value);
  return distance > HYPERBOLIC_IS_EXPONENTIAL ? side * Math.exp(distance) * 0.5 : near(value);
}

export const POINT_FUNCTIONS: ReadonlyMap<string, PointFunction> = new Map<string, PointFunction>([
  ["abs", Math.abs],
  ["ceil", Math.ceil],
  ["floor", Math.floor],
  ["exp", Math.exp],
  ["sqrt", Math.sqrt],
  ["ln", Math.log],
  ["log2", Math.log2],
  ["log10", Math.log10],
  ["sgn", sign],
  ["sin", Math.sin],
  ["cos", Math.cos],
  ["tan", Math.tan],
  ["asin", Math.asin],
  ["acos", Math.acos],
  ["atan", Math.atan],
  ["sinh", (value) => hyperbolic(value, Math.sinh, Math.sign(value))],
  ["cosh", (value) => hyperbolic(value, Math.cosh, 1)],
  ["tanh", Math.tanh],
  ["asinh", Math.asinh],
  ["acosh", Math.acosh],
  ["atanh", Math.atanh],
  ["deg", (value) => (value * 180) / Math.PI],
  ["rad", (value) => (value * Math.PI) / 180],
  ["round", round],
  ["clamp", clamp],
  ["clamp_min", (value, [min = Number.NaN]) => maxOf(min, value)],
  ["clamp_max", (value, [max = Number.NaN]) => minOf(max, value)],
]);
