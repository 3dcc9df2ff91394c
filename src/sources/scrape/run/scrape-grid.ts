/**
 * When a target is scraped. Each has its own place in the interval, the same after every restart, so
 * that targets spread out. Samples get the planned time if the scrape begins at most 2 ms (or 1 % of
 * the interval) after it: equal distances between timestamps take less room on disk. Reference:
 * Prometheus `scrapeLoop.run`; unlike there, a clock that jumps starts a new grid at once.
 */
const TOLERANCE_MAX_MS = 2;

/** Milliseconds until the target's next place: a place is `phase` of the interval after its start. */
export function delayToPlaceMs(nowMs: number, intervalMs: number, phase: number): number {
  const place = Math.floor(phase * intervalMs);
  const delayMs = (place - (nowMs % intervalMs) + intervalMs) % intervalMs;
  return delayMs;
}

export class ScrapeGrid {
  readonly #intervalMs: number;
  #alignedMs: number | null = null;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** The timestamp for a scrape that begins now. */
  timestampMs(nowMs: number): number {
    const intervalMs = this.#intervalMs;
    if (this.#alignedMs === null) {
      this.#alignedMs = nowMs;
      return nowMs;
    }
    const sinceMs = nowMs - this.#alignedMs;
    const steps = Math.floor(sinceMs / intervalMs);
    const offMs = sinceMs - steps * intervalMs;
    const toleranceMs = Math.min(intervalMs / 100, TOLERANCE_MAX_MS);
    const hasJumped = sinceMs < 0 || steps > STEPS_MAX;
    if (hasJumped) {
      this.#alignedMs = nowMs;
      return nowMs;
    }
    this.#alignedMs += steps * intervalMs;
    return steps > 0 && offMs <= toleranceMs ? this.#alignedMs : nowMs;
  }
}

/** More steps at once are no delay but a clock that was set. */
const STEPS_MAX = 100;
