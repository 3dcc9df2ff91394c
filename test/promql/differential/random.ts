/** The same choices for the same seed (xorshift32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 2_654_435_769) || 1;
    for (let i = 0; i < 4; i++) this.fraction();
  }

  /** In [0, 1). */
  fraction(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }

  /** From `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.fraction() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)] ?? choices[0];
  }

  /** Each with a probability in proportion to its weight. */
  weighted<T>(choices: readonly [Weighted<T>, ...Weighted<T>[]]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let rest = this.fraction() * total;
    for (const [weight, choice] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    return choices[0][1];
  }

  /** A part of them, in their order. */
  some<T>(choices: readonly T[], probability = 0.5): T[] {
    return choices.filter(() => this.chance(probability));
  }
}

export type Weighted<T> = readonly [weight: number, choice: T];
