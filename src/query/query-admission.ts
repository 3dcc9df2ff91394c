import { OperatingError } from "#lib/operating-error";
import type { QueryPoolLimits } from "./limits.ts";

type Limits = Pick<QueryPoolLimits, "concurrentMax" | "tenantConcurrentMax" | "tenantQueuedMax">;

/** Called once when the query has ended. */
type Leave = () => void;

/**
 * Whose query is next. Each tenant's queries go in the order in which they came; among tenants the
 * turn goes round, so that a hundred queries of one delay a query of another by one place.
 */
export class QueryAdmission {
  readonly #limits: Limits;
  /** Whoever waited longest for a turn of its tenant comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  readonly #running = new Map<string, number>();
  #runningCount = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get runningCount(): number {
    return this.#runningCount;
  }

  get waitingCount(): number {
    return this.#waiting.values().reduce((sum, { length }) => sum + length, 0);
  }

  /** Rejects with `query_queue_full`, `promql_timeout` or `promql_canceled`. */
  async enter(tenant: string, timeoutMs: number, signal: AbortSignal): Promise<Leave> {
    const queued = this.#waiting.get(tenant)?.length ?? 0;
    if (queued === 0 && this.#hasRoom(tenant)) {
      this.#count(tenant, 1);
    } else {
      if (queued >= this.#limits.tenantQueuedMax) throw queueFull(queued);
      await this.#turn(tenant, timeoutMs, signal);
    }
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.#count(tenant, -1);
      this.#admitNext();
    };
  }

  /** Resolves when the query is counted among those that run. */
  async #turn(tenant: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = (code: string, message: string) => (): void => {
      this.#remove(tenant, resolve);
      reject(new OperatingError(code, message));
    };
    const cancel = refuse("promql_canceled", "query was canceled in query queue");
    const timer = setTimeout(refuse("promql_timeout", "query timed out in query queue"), timeoutMs);
    this.#waiting.set(tenant, [...(this.#waiting.get(tenant) ?? []), resolve]);
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  #hasRoom(tenant: string): boolean {
    const { concurrentMax, tenantConcurrentMax } = this.#limits;
    const running = this.#running.get(tenant) ?? 0;
    return this.#runningCount < concurrentMax && running < tenantConcurrentMax;
  }

  #count(tenant: string, change: 1 | -1): void {
    this.#runningCount += change;
    const running = (this.#running.get(tenant) ?? 0) + change;
    if (running === 0) this.#running.delete(tenant);
    else this.#running.set(tenant, running);
  }

  /** The first tenant of the round that may; it goes to the end of the round. */
  #admitNext(): void {
    for (const [tenant, [next, ...others]] of this.#waiting) {
      if (next === undefined || !this.#hasRoom(tenant)) continue;
      this.#waiting.delete(tenant);
      if (others.length > 0) this.#waiting.set(tenant, others);
      // Counted here and not when the waiter wakes up: until then others might take its place.
      this.#count(tenant, 1);
      next();
      return;
    }
  }

  #remove(tenant: string, waiting: () => void): void {
    const left = this.#waiting.get(tenant)?.filter((other) => other !== waiting) ?? [];
    if (left.length === 0) this.#waiting.delete(tenant);
    else this.#waiting.set(tenant, left);
  }
}

function queueFull(queued: number): OperatingError {
  return new OperatingError(
    "query_queue_full",
    `${queued} queries of yours are waiting already: try again in a moment, or ask for less at once.`,
  );
}
