import type { Clock } from "#lib/clock";

/**
 * How long the wall clock has gone at the pace of the monotonic one.
 *
 * Retention deletes by the wall clock, and a clock that jumps years ahead (a dead battery, a wrong
 * NTP server) would delete everything at once. So age counts only after the clock has been
 * steady for a while, which starts anew with each jump and each start of the process.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #offsetMs: number;
  #steadySinceMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#steadySinceMs = clock.monotonicMs();
    this.#offsetMs = clock.nowMs() - this.#steadySinceMs;
  }

  /** Looks at the clocks; returns the jump since the last look, 0 for none. */
  observe(): number {
    const offsetMs = this.#clock.nowMs() - this.#clock.monotonicMs();
    const jumpMs = offsetMs - this.#offsetMs;
    this.#offsetMs = offsetMs;
    if (Math.abs(jumpMs) <= DRIFT_MAX_MS) return 0;
    this.#steadySinceMs = this.#clock.monotonicMs();
    return jumpMs;
  }

  /** As of the last look. */
  steadyForMs(): number {
    return this.#clock.monotonicMs() - this.#steadySinceMs;
  }
}

/** Between two looks the clocks may drift apart by this much: slewing, a virtual machine's pauses. */
const DRIFT_MAX_MS = 60_000;
