import type { Clock } from "#lib/clock";
import type { BucketOptions } from "../config/extra/rate-limit-options.ts";

/** Starts full, is refilled all the time, and gives one token a request. */
export class TokenBucket {
  readonly #options: BucketOptions;
  readonly #clock: Clock;
  #tokens: number;
  #filledAtMs: number;

  constructor(options: BucketOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#tokens = options.capacity;
    this.#filledAtMs = clock.monotonicMs();
  }

  take(): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const { tokensPerSecond, capacity } = this.#options;
    const more = ((nowMs - this.#filledAtMs) / 1000) * tokensPerSecond;
    this.#tokens = Math.min(capacity, this.#tokens + more);
    this.#filledAtMs = nowMs;
  }
}
