/** Scrapes one target again and again on its grid until it is stopped or everything is cancelled. */
import type { Clock } from "#lib/clock";
import type { Sleep } from "./sleep.ts";
import { delayToPlaceMs, ScrapeGrid } from "./scrape-grid.ts";
import type { TargetScraper } from "./target-scraper.ts";

export class ScrapeLoop {
  readonly scraper: TargetScraper;
  readonly #clock: Clock;
  readonly #sleep: Sleep;
  readonly #cancelled: AbortSignal;
  readonly #stopping = new AbortController();
  /** When the next scrape would be, on the monotonic clock. */
  #nextTickMs = 0;
  #done: Promise<void> = Promise.resolve();

  constructor(
    scraper: TargetScraper,
    deps: { clock: Clock; sleep: Sleep },
    cancelled: AbortSignal,
  ) {
    this.scraper = scraper;
    this.#clock = deps.clock;
    this.#sleep = deps.sleep;
    this.#cancelled = cancelled;
  }

  start(): void {
    this.#done = this.#run();
  }

  /** Ends the loop after the scrape that is under way; returns when it would have scraped next. */
  async stop(): Promise<number> {
    this.#stopping.abort();
    await this.#done;
    return this.#nextTickMs;
  }

  /** Settled when the loop has ended. */
  get done(): Promise<void> {
    return this.#done;
  }

  async #run(): Promise<void> {
    const { intervalMs, phase } = this.scraper.target;
    const ending = AbortSignal.any([this.#stopping.signal, this.#cancelled]);
    const grid = new ScrapeGrid(intervalMs);
    const firstMs = delayToPlaceMs(this.#clock.nowMs(), intervalMs, phase);
    this.#nextTickMs = this.#clock.monotonicMs() + firstMs;
    await this.#sleep(firstMs, ending);
    while (!ending.aborted) {
      const nowMs = this.#clock.monotonicMs();
      const delayMs = Math.max(0, nowMs - this.#nextTickMs);
      this.#nextTickMs += intervalMs * (1 + Math.floor(delayMs / intervalMs));
      await this.scraper.scrape(grid.timestampMs(this.#clock.nowMs()), delayMs, this.#cancelled);
      await this.#sleep(Math.max(0, this.#nextTickMs - this.#clock.monotonicMs()), ending);
    }
  }
}
