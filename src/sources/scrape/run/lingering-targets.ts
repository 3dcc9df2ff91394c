/**
 * Targets that are gone, for as long as they may come back. After a little more than two intervals
 * their series get stale markers, with the time at which the target would have been scraped next;
 * if a target with the same labels comes before that, it takes the memory over. Reference:
 * Prometheus `scrapeLoop.endOfRunStaleness`, which also writes none when the server shuts down.
 */
import { type Labels, labelsKey } from "#model";
import { describeFailure } from "./describe-failure.ts";
import type { Sleep } from "./sleep.ts";
import type { TargetMemory } from "./target-memory.ts";
import type { ScrapeContext } from "./target-scraper.ts";

export interface GoneTarget {
  readonly labels: Labels;
  readonly url: string;
  readonly memory: TargetMemory;
  readonly intervalMs: number;
  /** On the monotonic clock. */
  readonly nextTickMs: number;
}

export class LingeringTargets {
  readonly #context: ScrapeContext;
  readonly #sleep: Sleep;
  readonly #cancelled: AbortSignal;
  readonly #byLabels = new Map<string, { memory: TargetMemory; claimed: AbortController }>();
  readonly #running = new Set<Promise<void>>();

  constructor(context: ScrapeContext, sleep: Sleep, cancelled: AbortSignal) {
    this.#context = context;
    this.#sleep = sleep;
    this.#cancelled = cancelled;
  }

  add(gone: GoneTarget): void {
    if (!gone.memory.hasScraped || this.#cancelled.aborted) return;
    const claimed = new AbortController();
    const key = labelsKey(gone.labels);
    const entry = { memory: gone.memory, claimed };
    // A second target of the same labels: its markers are written as well, only nobody takes it over.
    if (!this.#byLabels.has(key)) this.#byLabels.set(key, entry);
    const run = this.#end(gone, claimed.signal).finally(() => {
      if (this.#byLabels.get(key) === entry) this.#byLabels.delete(key);
      this.#running.delete(run);
    });
    this.#running.add(run);
  }

  /** The memory of a gone target with these labels, or null. */
  claim(labels: Labels): TargetMemory | null {
    const key = labelsKey(labels);
    const entry = this.#byLabels.get(key);
    if (entry === undefined) return null;
    this.#byLabels.delete(key);
    entry.claimed.abort();
    return entry.memory;
  }

  /** Settled when nothing lingers any more. */
  async drained(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #end(gone: GoneTarget, claimed: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    const signal = AbortSignal.any([claimed, this.#cancelled]);
    await this.#sleep(Math.max(0, gone.nextTickMs - clock.monotonicMs()), signal);
    const staleMs = clock.nowMs();
    await this.#sleep(gone.intervalMs * 1.1, signal);
    if (!signal.aborted) await this.#writeMarkers(gone, staleMs);
  }

  async #writeMarkers(gone: GoneTarget, timestampMs: number): Promise<void> {
    const { appendable, clock, columns, log } = this.#context;
    const { samples, report } = gone.memory;
    const batch = columns.take();
    samples.begin(batch, { timestampMs, nowMs: clock.nowMs() }, () => undefined);
    samples.fail(false);
    report.writeStale(batch, timestampMs);
    try {
      const appending = appendable.append(batch);
      columns.give(batch);
      await appending;
      samples.stored(true);
    } catch (error) {
      samples.notStored();
      const reason = describeFailure(error, { url: gone.url, timedOut: false });
      log.warn({ target: gone.url, code: reason.code }, `stale markers lost: ${reason.message}`);
    }
  }
}
