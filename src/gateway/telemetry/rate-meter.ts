import type { Clock } from "#lib/clock";

const TICK_MS = 5000;
const TICK_SECONDS = TICK_MS / 1000;

/**
 * Events per second, as exponentially weighted averages that move every five seconds and as the
 * mean since the start. Ticks are made up for when somebody looks, so that no timer runs.
 */
export class RateMeter {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #averages = [new Average(1), new Average(5), new Average(15)] as const;
  #ticks = 0;
  #uncounted = 0;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
  }

  mark(): void {
    this.#catchUp();
    this.#count += 1;
    this.#uncounted += 1;
  }

  /** Of one, five and fifteen minutes. */
  rates(): readonly [number, number, number] {
    this.#catchUp();
    const [one, five, fifteen] = this.#averages;
    return [one.rate, five.rate, fifteen.rate];
  }

  meanRate(): number {
    const elapsedMs = this.#clock.monotonicMs() - this.#startMs;
    return elapsedMs <= 0 ? 0 : this.#count / (elapsedMs / 1000);
  }

  #catchUp(): void {
    const due = Math.floor((this.#clock.monotonicMs() - this.#startMs) / TICK_MS);
    for (; this.#ticks < due; this.#ticks++) {
      for (const average of this.#averages) average.tick(this.#uncounted / TICK_SECONDS);
      this.#uncounted = 0;
    }
  }
}

class Average {
  rate = 0;
  readonly #alpha: number;
  #started = false;

  constructor(minutes: number) {
    this.#alpha = 1 - Math.exp(-TICK_SECONDS / 60 / minutes);
  }

  tick(instant: number): void {
    this.rate = this.#started ? this.rate + this.#alpha * (instant - this.rate) : instant;
    this.#started = true;
  }
}
