import type { Clock } from "#lib/clock";
import { DecayingReservoir } from "./decaying-reservoir.ts";
import { RateMeter } from "./rate-meter.ts";

/** How long something takes and how often it happens. Never cleared. */
export class Timer {
  readonly durationsNs: DecayingReservoir;
  readonly meter: RateMeter;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.durationsNs = new DecayingReservoir(clock);
    this.meter = new RateMeter(clock);
  }

  time<Result>(work: () => Result): Result {
    const startMs = this.#clock.monotonicMs();
    const result = work();
    this.durationsNs.update(Math.round((this.#clock.monotonicMs() - startMs) * 1e6));
    this.meter.mark();
    return result;
  }
}
