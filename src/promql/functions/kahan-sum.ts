import { roundingError } from "../histogram/rounding-error.ts";

/**
 * Neumaier's variant of Kahan summation: the rounding error of each addition is collected beside the
 * sum. Prometheus sums everything this way, so the last digits of answers depend on it. The
 * compensation counts for nothing once the sum is infinite (it would be NaN).
 */
export class KahanSum {
  sum = 0;
  compensation = 0;

  add(value: number): void {
    const total = this.sum + value;
    if (Math.abs(total) === Infinity) this.compensation = 0;
    else this.compensation += roundingError(this.sum, value, total);
    this.sum = total;
  }

  value(): number {
    return Math.abs(this.sum) === Infinity ? this.sum : this.sum + this.compensation;
  }
}
