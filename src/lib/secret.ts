/** What a secret prints as, everywhere. */
const SHOWN = "<secret>";

/**
 * A value that must never be printed. Every usual way of turning it into text (templates, JSON,
 * console, structured logs) gives `<secret>`; only `reveal` gives the value, so that a search for
 * that word finds every place that handles it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  /** `util.inspect` and `console.log` look for this symbol. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return SHOWN;
  }
}
