/**
 * What `total` = `sum` + `increment` lost by rounding, exactly, whichever of the two is larger
 * (Knuth's two-sum): the same bits as Neumaier's case distinction gives, without a branch that mixed
 * signs would mispredict. The compensation of a sum is the sum of these; it counts for nothing once
 * the total is infinite, where this is a NaN.
 */
export function roundingError(sum: number, increment: number, total: number): number {
  const added = total - sum;
  return sum - (total - added) + (increment - added);
}

/** A number that is summed up with compensation. */
export class CompensatedNumber {
  total: number;
  low = 0;

  constructor(start: number) {
    this.total = start;
  }

  add(increment: number): void {
    const total = this.total + increment;
    if (isInfinite(total)) this.low = 0;
    else this.low += roundingError(this.total, increment, total);
    this.total = total;
  }

  /** Both changed, as a running mean needs it. */
  scale(change: (value: number) => number): void {
    this.total = change(this.total);
    this.low = change(this.low);
  }

  copy(): CompensatedNumber {
    const copy = new CompensatedNumber(this.total);
    copy.low = this.low;
    return copy;
  }
}

export function isInfinite(value: number): boolean {
  return value === Infinity || value === -Infinity;
}
