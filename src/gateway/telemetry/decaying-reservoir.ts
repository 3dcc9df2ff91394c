import type { Clock } from "#lib/clock";
import { RESERVOIR_VALUES_MAX } from "./limits.ts";
import type { SampleReservoir } from "./sample-reservoir.ts";

const ALPHA = 0.015;
/** Priorities grow without bound; once an hour they are brought back to a new landmark. */
const RESCALE_MS = 3_600_000;

/**
 * Recent values are likelier to be kept (Cormode et al., «Forward Decay», 2009): a value's priority
 * is exp(α · age of the landmark) / uniform, and the lowest priority gives way. Values come rarely
 * here (collector pauses), so the lowest one is searched, not kept in a heap.
 */
export class DecayingReservoir implements SampleReservoir {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #values: number[] = [];
  readonly #priorities: number[] = [];
  #landmarkMs: number;
  #count = 0;

  constructor(clock: Clock, random: () => number = Math.random) {
    this.#clock = clock;
    this.#random = random;
    this.#landmarkMs = clock.monotonicMs();
  }

  get count(): number {
    return this.#count;
  }

  update(value: number): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#landmarkMs > RESCALE_MS) this.#rescale(nowMs);
    this.#count += 1;
    // 1 − random lies in (0, 1], so that nothing is divided by zero.
    const priority = Math.exp(this.#decayed(nowMs)) / (1 - this.#random());
    let slot = this.#values.length;
    if (slot === RESERVOIR_VALUES_MAX) {
      slot = indexOfLowest(this.#priorities);
      if (priority <= (this.#priorities[slot] ?? 0)) return;
    }
    this.#values[slot] = value;
    this.#priorities[slot] = priority;
  }

  values(): Float64Array {
    return Float64Array.from(this.#values);
  }

  clear(): void {
    this.#count = 0;
    this.#values.length = 0;
    this.#priorities.length = 0;
    this.#landmarkMs = this.#clock.monotonicMs();
  }

  #decayed(nowMs: number): number {
    return (ALPHA * (nowMs - this.#landmarkMs)) / 1000;
  }

  #rescale(nowMs: number): void {
    const factor = Math.exp(-this.#decayed(nowMs));
    for (const [i, priority] of this.#priorities.entries()) this.#priorities[i] = priority * factor;
    this.#landmarkMs = nowMs;
  }
}

function indexOfLowest(priorities: readonly number[]): number {
  let lowest = 0;
  for (let i = 1; i < priorities.length; i++) {
    if ((priorities[i] ?? 0) < (priorities[lowest] ?? 0)) lowest = i;
  }
  return lowest;
}
