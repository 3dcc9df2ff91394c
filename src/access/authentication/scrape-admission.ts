import type { Clock } from "#lib/clock";
import type { Principal } from "../principal.ts";
import { SCRAPE_RATE_KEYS_MAX } from "./limits.ts";
import { type BucketShape, createTokenBuckets } from "./token-buckets.ts";

/**
 * Limits on how often and how many at once a principal scrapes: by client, and by tenant, so that
 * several clients of one tenant do not add up to a storm. The defaults lie far above what scrapers
 * do (two requests a minute and target) and far below what would disturb other tenants.
 */
export interface ScrapeAdmission {
  admit(principal: Principal): ScrapeVerdict;
}

export type ScrapeLimitName =
  | "client_rate"
  | "tenant_rate"
  | "client_concurrency"
  | "tenant_concurrency";

export type ScrapeVerdict =
  /** `release` must be called once, when the answer has been sent or has failed. */
  | { readonly admitted: true; readonly release: () => void }
  | {
      readonly admitted: false;
      readonly limit: ScrapeLimitName;
      readonly retryAfterSeconds: number;
    };

export interface ScrapeLimits {
  readonly perClient: BucketShape & { readonly concurrentMax: number };
  readonly perTenant: BucketShape & { readonly concurrentMax: number };
}

/** What a scraper is told where others have to finish first. */
const CONCURRENCY_RETRY_SECONDS = 1;

export function createScrapeAdmission(limits: ScrapeLimits, clock: Clock): ScrapeAdmission {
  const clientRate = createTokenBuckets(limits.perClient, SCRAPE_RATE_KEYS_MAX);
  const tenantRate = createTokenBuckets(limits.perTenant, SCRAPE_RATE_KEYS_MAX);
  const running = new Map<string, number>();

  const refusal = (
    client: string,
    tenant: string,
  ): { limit: ScrapeLimitName; waitMs: number } | null => {
    const concurrencyWaitMs = CONCURRENCY_RETRY_SECONDS * 1000;
    if ((running.get(client) ?? 0) >= limits.perClient.concurrentMax) {
      return { limit: "client_concurrency", waitMs: concurrencyWaitMs };
    }
    if ((running.get(tenant) ?? 0) >= limits.perTenant.concurrentMax) {
      return { limit: "tenant_concurrency", waitMs: concurrencyWaitMs };
    }
    const nowMs = clock.monotonicMs();
    const clientWaitMs = clientRate.take(client, nowMs);
    if (clientWaitMs > 0) return { limit: "client_rate", waitMs: clientWaitMs };
    const tenantWaitMs = tenantRate.take(tenant, nowMs);
    return tenantWaitMs > 0 ? { limit: "tenant_rate", waitMs: tenantWaitMs } : null;
  };

  return {
    admit: (principal) => {
      const client = `client ${principal.clientId}`;
      const tenant = `tenant ${principal.tenantId ?? "operator"}`;
      const refused = refusal(client, tenant);
      if (refused !== null) {
        const retryAfterSeconds = Math.ceil(refused.waitMs / 1000);
        return { admitted: false, limit: refused.limit, retryAfterSeconds };
      }
      for (const key of [client, tenant]) running.set(key, (running.get(key) ?? 0) + 1);
      let isReleased = false;
      const release = (): void => {
        if (isReleased) return;
        isReleased = true;
        for (const key of [client, tenant]) {
          const left = (running.get(key) ?? 1) - 1;
          if (left === 0) running.delete(key);
          else running.set(key, left);
        }
      };
      return { admitted: true, release };
    },
  };
}
