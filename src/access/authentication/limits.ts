import type { FailureLimitOptions } from "./failure-limit.ts";
import type { ScrapeLimits } from "./scrape-admission.ts";

/** The longest Authorization header that is looked at, in characters. */
export const AUTHORIZATION_CHARS_MAX = 8 * 1024;

/** Right credentials remembered at once. */
export const VERIFIED_CREDENTIALS_MAX = 10_000;

/** How long a right credential is remembered, where nothing in the database changes. */
export const VERIFIED_CREDENTIAL_AGE_MAX_MS = 60_000;

/** How long the time of a client's last use may be behind. */
export const LAST_USED_DELAY_MAX_MS = 60_000;

export const FAILURE_LIMIT: FailureLimitOptions = {
  perClientAndAddress: { burst: 10, perSecond: 0.2 },
  perAddress: { burst: 100, perSecond: 5 },
  keysMax: 10_000,
};

export const SCRAPE_LIMITS: ScrapeLimits = {
  perClient: { perSecond: 10, burst: 50, concurrentMax: 64 },
  perTenant: { perSecond: 50, burst: 250, concurrentMax: 256 },
};

/** Clients, and tenants, whose rate of scrapes is remembered at once. */
export const SCRAPE_RATE_KEYS_MAX = 100_000;
