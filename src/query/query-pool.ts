import { OperatingError } from "#lib/operating-error";
import type { Registry } from "#telemetry";
import { createQueryTelemetry, type QueryTelemetry, reportQueryLoad } from "./metrics.ts";
import type { QueryPoolLimits } from "./limits.ts";
import { QueryAdmission } from "./query-admission.ts";
import type { NewQuery, QueryAnswer } from "./query-request.ts";
import type { QuerySettings } from "./query-settings.ts";
import type { StoreLine } from "./selection/messages.ts";
import { ThreadPool } from "./thread-pool.ts";

/**
 * Runs queries in threads of their own, so that a heavy one delays neither scrapes nor logins nor
 * another tenant's queries, and can be stopped whatever it does.
 */
export class QueryPool implements AsyncDisposable {
  readonly #admission: QueryAdmission;
  readonly #threads: ThreadPool;
  readonly #telemetry: QueryTelemetry;

  constructor(
    /** Connects one more query thread to the store's. */
    openStoreLine: () => Promise<StoreLine>,
    registry: Registry,
    settings: QuerySettings,
    limits: QueryPoolLimits,
  ) {
    this.#telemetry = createQueryTelemetry(registry);
    reportQueryLoad(registry, () => this.load);
    this.#admission = new QueryAdmission(limits);
    this.#threads = new ThreadPool(openStoreLine, settings, limits.threadIdleMs);
  }

  get load(): { readonly running: number; readonly waiting: number; readonly threads: number } {
    const { runningCount, waitingCount } = this.#admission;
    return { running: runningCount, waiting: waitingCount, threads: this.#threads.count };
  }

  /**
   * Resolves when the query is evaluated; its bytes come as they are read. Rejects with the errors
   * of a query (`promql_…`), and with `query_queue_full`.
   */
  async run(request: NewQuery, signal: AbortSignal): Promise<QueryAnswer> {
    const startMs = performance.now();
    const { queries, duration, samplesRead } = this.#telemetry;
    try {
      const answer = await this.#run(request, signal);
      samplesRead.with(request.tenant).inc(answer.head.samplesRead);
      queries.with(request.tenant, "ok").inc();
      return answer;
    } catch (error) {
      queries.with(request.tenant, error instanceof OperatingError ? error.code : "internal").inc();
      throw error;
    } finally {
      duration.observe((performance.now() - startMs) / 1000);
    }
  }

  async #run(request: NewQuery, signal: AbortSignal): Promise<QueryAnswer> {
    const deadlineMs = performance.now() + request.timeoutMs;
    const leave = await this.#admission.enter(request.tenant, request.timeoutMs, signal);
    try {
      const thread = await this.#threads.take();
      let isDone = false;
      const done = (): void => {
        if (isDone) return;
        isDone = true;
        this.#threads.giveBack(thread);
        leave();
      };
      try {
        const timeoutMs = Math.max(0, deadlineMs - performance.now());
        const queuedMs = request.timeoutMs - timeoutMs;
        const { head, chunks } = await thread.run({ ...request, timeoutMs, queuedMs }, signal);
        return { head, chunks: afterwards(chunks, done) };
      } catch (error) {
        done();
        throw error;
      }
    } catch (error) {
      leave();
      throw error;
    }
  }

  reconfigure(settings: QuerySettings): void {
    this.#threads.reconfigure(settings);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
  }
}

/** Does something when the chunks have been read, have failed or are not wanted any more. */
function afterwards(chunks: QueryAnswer["chunks"], act: () => void): QueryAnswer["chunks"] {
  const iterator: QueryAnswer["chunks"] = {
    [Symbol.asyncIterator]: () => iterator,
    release: (chunk) => chunks.release?.(chunk),
    async next() {
      try {
        const next = await chunks.next();
        if (next.done === true) act();
        return next;
      } catch (error) {
        act();
        throw error;
      }
    },
    async return() {
      await chunks.return?.();
      act();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
