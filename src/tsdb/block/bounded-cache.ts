/** The entries used last, up to a total cost; what was not used longest goes first. */
export class BoundedCache<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #costMax: number;
  readonly #costOf: (value: Value) => number;
  #cost = 0;

  constructor(costMax: number, costOf: (value: Value) => number) {
    this.#costMax = costMax;
    this.#costOf = costOf;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined && this.#cost > this.#costMax / 2) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    this.#cost += this.#costOf(value);
    for (const [oldest, dropped] of this.#entries) {
      if (this.#cost <= this.#costMax || oldest === key) break;
      this.#entries.delete(oldest);
      this.#cost -= this.#costOf(dropped);
    }
  }
}
