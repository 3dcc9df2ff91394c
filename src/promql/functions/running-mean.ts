import { KahanSum } from "./kahan-sum.ts";

/**
 * A mean that is the compensated sum over the count as long as the sum fits a double, because that is
 * exact for whole numbers; from the addition on that would overflow it is a running mean
 * (Prometheus #14413, #16714).
 */
export class RunningMean {
  readonly #kahan = new KahanSum();
  #count = 0;
  #isIncremental = false;

  add(value: number): void {
    this.#count += 1;
    const { sum, compensation } = this.#kahan;
    if (!this.#isIncremental) {
      const total = sum + value;
      if (this.#count === 1 || Number.isFinite(total) || !Number.isFinite(sum)) {
        this.#kahan.add(value);
        return;
      }
      this.#isIncremental = true;
      this.#kahan.sum = sum / (this.#count - 1);
      this.#kahan.compensation = compensation / (this.#count - 1);
    }
    this.#addIncrementally(value);
  }

  #addIncrementally(value: number): void {
    const kahan = this.#kahan;
    const share = (this.#count - 1) / this.#count;
    kahan.sum *= share;
    kahan.compensation *= share;
    kahan.add(value / this.#count);
  }

  value(): number {
    const { sum, compensation } = this.#kahan;
    if (this.#isIncremental) return this.#kahan.value();
    return Math.abs(sum) === Infinity ? sum : sum / this.#count + compensation / this.#count;
  }
}
