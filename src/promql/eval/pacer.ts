/** Samples between two looks: some ten milliseconds of the slowest walk. */
const SAMPLES_BETWEEN_LOOKS = 1 << 20;

/**
 * Looks for a reason to stop often enough within one series: a window of a month, walked at each of
 * ten thousand steps, would keep a cancelled query busy for seconds.
 */
export class Pacer {
  readonly #stopIfAsked: () => void;
  #walked = 0;

  constructor(stopIfAsked: () => void) {
    this.#stopIfAsked = stopIfAsked;
  }

  walked(sampleCount: number): void {
    this.#walked += sampleCount;
    if (this.#walked < SAMPLES_BETWEEN_LOOKS) return;
    this.#walked = 0;
    this.#stopIfAsked();
  }
}
