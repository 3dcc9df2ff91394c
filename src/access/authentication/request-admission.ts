import type { Clock } from "#lib/clock";
import type { Principal } from "../principal.ts";
import { RATE_KEYS_MAX } from "./limits.ts";
import { type BucketShape, createTokenBuckets, type TokenBuckets } from "./token-buckets.ts";

/**
 * Limits on how often and how many at once a principal asks: by client, and by tenant, so that
 * several clients of one tenant do not add up to a storm. Never by address: behind one there may be
 * many customers. The defaults lie far above what scrapers and dashboards do and far below what
 * would disturb other tenants.
 */
export interface RequestAdmission {
  admit(principal: Principal): AdmissionVerdict;
  /** What the principal may do and has left, without taking any of it. */
  standing(principal: Principal): readonly RateStanding[];
}

export type AdmissionLimitName =
  | "client_rate"
  | "tenant_rate"
  | "client_concurrency"
  | "tenant_concurrency";

export type AdmissionVerdict = { readonly standing: readonly RateStanding[] } & (
  | /** `release` must be called once, when the answer has been sent or has failed. */
    { readonly admitted: true; readonly release: () => void }
  | {
      readonly admitted: false;
      readonly limit: AdmissionLimitName;
      readonly retryAfterSeconds: number;
    }
);

/** One rate and what is left of it. */
export interface RateStanding extends BucketShape {
  readonly of: "client" | "tenant";
  readonly concurrentMax: number;
  /** Requests that may come at once now. */
  readonly remaining: number;
}

export type AdmissionShare = BucketShape & { readonly concurrentMax: number };

export interface AdmissionLimits {
  readonly perClient: AdmissionShare;
  readonly perTenant: AdmissionShare;
}

/** What a client is told where others have to finish first. */
const CONCURRENCY_RETRY_SECONDS = 1;

export function createRequestAdmission(limits: AdmissionLimits, clock: Clock): RequestAdmission {
  const clientRate = createTokenBuckets(limits.perClient, RATE_KEYS_MAX);
  const tenantRate = createTokenBuckets(limits.perTenant, RATE_KEYS_MAX);
  const running = new Map<string, number>();

  const refusal = ({
    client,
    tenant,
  }: Keys): { limit: AdmissionLimitName; waitMs: number } | null => {
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
  const standingOf = ({ client, tenant }: Keys): readonly RateStanding[] => {
    const nowMs = clock.monotonicMs();
    const left = (
      of: RateStanding["of"],
      share: AdmissionShare,
      rate: TokenBuckets,
      key: string,
    ) => ({
      of,
      ...share,
      remaining: Math.floor(rate.left(key, nowMs)),
    });
    return [
      left("client", limits.perClient, clientRate, client),
      left("tenant", limits.perTenant, tenantRate, tenant),
    ];
  };
  const enter = (keys: Keys): (() => void) => {
    const entered = [keys.client, keys.tenant];
    for (const key of entered) running.set(key, (running.get(key) ?? 0) + 1);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      for (const key of entered) {
        const left = (running.get(key) ?? 1) - 1;
        if (left === 0) running.delete(key);
        else running.set(key, left);
      }
    };
  };

  return {
    standing: (principal) => standingOf(keysOf(principal)),
    admit: (principal) => {
      const keys = keysOf(principal);
      const refused = refusal(keys);
      const standing = standingOf(keys);
      if (refused === null) return { admitted: true, standing, release: enter(keys) };
      const retryAfterSeconds = Math.ceil(refused.waitMs / 1000);
      return { admitted: false, standing, limit: refused.limit, retryAfterSeconds };
    },
  };
}

interface Keys {
  readonly client: string;
  readonly tenant: string;
}

function keysOf(principal: Principal): Keys {
  return {
    client: `client ${principal.clientId}`,
    tenant: `tenant ${principal.tenantId ?? "operator"}`,
  };
}
