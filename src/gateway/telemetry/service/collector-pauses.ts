import { PerformanceObserver } from "node:perf_hooks";
import { RESERVOIR_VALUES_MAX } from "../limits.ts";

/** One stop of the program by V8's garbage collector. */
interface Pause {
  readonly durationNs: number;
  /** Nanoseconds since 1970: above 2^53. */
  readonly endNs: bigint;
}

/** As many as the original's `memstats` shows. */
export const RECENT_PAUSES_MAX = 256;

/**
 * Every stop that the runtime reports counts as one collection: scavenges, mark-compacts, and the
 * steps of incremental ones.
 */
export class CollectorPauses implements Disposable {
  count = 0;
  totalNs = 0;
  /** Newest last. */
  readonly recent: Pause[] = [];
  #untaken: number[] = [];
  readonly #observer: PerformanceObserver;

  constructor() {
    this.#observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) this.#add(startTime, duration);
    });
    this.#observer.observe({ entryTypes: ["gc"] });
  }

  get lastEndNs(): bigint {
    return this.recent.at(-1)?.endNs ?? 0n;
  }

  /** Durations since the last call, in nanoseconds; of a long window the last ones. */
  take(): readonly number[] {
    const taken = this.#untaken.slice(-RESERVOIR_VALUES_MAX);
    this.#untaken = [];
    return taken;
  }

  [Symbol.dispose](): void {
    this.#observer.disconnect();
  }

  #add(startMs: number, durationMs: number): void {
    const endUs = Math.round((performance.timeOrigin + startMs + durationMs) * 1000);
    const pause = { durationNs: Math.round(durationMs * 1e6), endNs: BigInt(endUs) * 1000n };
    this.count += 1;
    this.totalNs += pause.durationNs;
    this.recent.push(pause);
    if (this.recent.length > RECENT_PAUSES_MAX) this.recent.shift();
    this.#untaken.push(pause.durationNs);
    if (this.#untaken.length > 2 * RESERVOIR_VALUES_MAX) {
      this.#untaken = this.#untaken.slice(-RESERVOIR_VALUES_MAX);
    }
  }
}
