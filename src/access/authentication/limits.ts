import type { FailureLimitOptions } from "./failure-limit.ts";
import type { AdmissionLimits } from "./request-admission.ts";

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

export const SCRAPE_LIMITS: AdmissionLimits = {
  perClient: { perSecond: 10, burst: 50, concurrentMax: 64 },
  perTenant: { perSecond: 50, burst: 250, concurrentMax: 256 },
};

/** Of queries: a dashboard asks for all its panels at once. */
export const QUERY_LIMITS: AdmissionLimits = {
  perClient: { perSecond: 100, burst: 1000, concurrentMax: 256 },
  perTenant: { perSecond: 400, burst: 4000, concurrentMax: 512 },
};

/** Clients, and tenants, whose rate of requests is remembered at once. */
export const RATE_KEYS_MAX = 100_000;
