/**
 * What `total` = `sum` + `increment` lost by rounding (Neumaier's variant of Kahan summation:
 * whichever of the two is smaller lost its low digits). The compensation of a sum is the sum of
 * these; the caller drops it when the total is infinite, where it would only make a NaN.
 */
export function roundingError(sum: number, increment: number, total: number): number {
  return Math.abs(sum) >= Math.abs(increment) ? sum - total + increment : increment - total + sum;
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
