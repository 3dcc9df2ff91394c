/** How many queries there may be at once, and how long they may take. */
export interface QueryPoolLimits {
  /** Queries that are evaluated at the same time, each in a thread of its own. */
  readonly concurrentMax: number;
  /** Of these, how many for one tenant, so that the others always have some. */
  readonly tenantConcurrentMax: number;
  /** Queries of one tenant that wait for their turn. */
  readonly tenantQueuedMax: number;
  /** An idle thread is kept this long. */
  readonly threadIdleMs: number;
}

/** A thread that has not stopped this long after it should have is ended from outside. */
export const STOP_GRACE_MS = 10_000;
