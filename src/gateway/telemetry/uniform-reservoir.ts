import { RESERVOIR_VALUES_MAX } from "./limits.ts";
import type { SampleReservoir } from "./sample-reservoir.ts";

const CAPACITY_AT_FIRST = 16;

/**
 * Every value of the window has the same chance to be kept (Vitter, «Random sampling with a
 * reservoir», algorithm R). Most histograms see a few values or none, so the column grows.
 */
export class UniformReservoir implements SampleReservoir {
  #kept = new Float64Array(CAPACITY_AT_FIRST);
  #count = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get count(): number {
    return this.#count;
  }

  update(value: number): void {
    const index = this.#count;
    this.#count += 1;
    if (index < RESERVOIR_VALUES_MAX) {
      if (index === this.#kept.length) this.#grow();
      this.#kept[index] = value;
      return;
    }
    const slot = Math.floor(this.#random() * this.#count);
    if (slot < RESERVOIR_VALUES_MAX) this.#kept[slot] = value;
  }

  values(): Float64Array {
    return this.#kept.subarray(0, Math.min(this.#count, RESERVOIR_VALUES_MAX));
  }

  clear(): void {
    this.#count = 0;
  }

  #grow(): void {
    const larger = new Float64Array(Math.min(this.#kept.length * 4, RESERVOIR_VALUES_MAX));
    larger.set(this.#kept);
    this.#kept = larger;
  }
}
