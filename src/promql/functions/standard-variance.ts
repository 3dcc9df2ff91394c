import { KahanSum } from "./kahan-sum.ts";

/** Population variance by Welford's method, mean and squares compensated. */
export function standardVariance(values: Float64Array): number {
  const mean = new KahanSum();
  const squares = new KahanSum();
  let count = 0;
  for (const value of values) {
    count += 1;
    const delta = value - (mean.sum + mean.compensation);
    mean.add(delta / count);
    squares.add(delta * (value - (mean.sum + mean.compensation)));
  }
  return (squares.sum + squares.compensation) / count;
}
