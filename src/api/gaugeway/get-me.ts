import type { Principal, RateStanding, RequestAdmission, Usage, UsageRecord } from "#access";
import { jsonResponse } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";

/** What the installation allows a tenant beside its rates. */
export interface TenantLimits {
  readonly seriesPerScrapeMax: number;
  readonly scrapeBytesMax: number;
  readonly samplesPerQueryMax: number;
  readonly queryMemoryBytesMax: number;
  readonly queryTimeoutMs: number;
  readonly concurrentQueriesMax: number;
  readonly queuedQueriesMax: number;
  /** Null: samples are kept for ever. */
  readonly retentionMs: number | null;
}

export interface MeDeps {
  readonly usage: Pick<Usage, "ofPrincipal" | "ofTenant">;
  readonly scrapeAdmission: RequestAdmission;
  readonly queryAdmission: RequestAdmission;
  /** Asked at each request, since a reload may change it. */
  tenantLimits(): TenantLimits;
  nowMs(): number;
}

/**
 * `/api/v1/gaugeway/me`: who the asker is, what it and its tenant may do, have left and have used.
 * Nothing in it depends on anybody else: not even the oldest time, which is what may be kept and seen,
 * not what the store happens to hold.
 */
export function getMe(deps: MeDeps): GuardedEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/api/v1/gaugeway/me"],
    surface: SURFACES.query,
    access: { kind: "principal" },
    limits: { bodyBytesMax: 0 },
    summary: "The client that asks: its tenant, limits, what is left of them, and its usage.",
    handler: async (_request, principal) =>
      jsonResponse(200, { status: "success", data: await describe(deps, principal) }),
  };
}

async function describe(deps: MeDeps, principal: Principal): Promise<object> {
  const { usage, scrapeAdmission, queryAdmission } = deps;
  const { tenantId } = principal;
  return {
    client: { id: principal.clientId, name: principal.clientName, scopes: principal.scopes },
    tenant: tenantId === null ? null : { id: tenantId, name: principal.tenantName },
    limits: tenantId === null ? null : limitsOf(deps, principal),
    rates: {
      scrapes: scrapeAdmission.standing(principal).map(rateOf),
      queries: queryAdmission.standing(principal).map(rateOf),
    },
    usage: {
      client: usageOf(await usage.ofPrincipal(principal)),
      tenant: tenantId === null ? null : usageOf(await usage.ofTenant(tenantId)),
    },
  };
}

function limitsOf(deps: MeDeps, { entitlement }: Principal): object {
  const limits = deps.tenantLimits();
  const bounds = [limits.retentionMs, entitlement?.maxAgeMs ?? null].filter((ms) => ms !== null);
  const historyMs = bounds.length === 0 ? null : Math.min(...bounds);
  return {
    seriesPerScrape: limits.seriesPerScrapeMax,
    bytesPerScrape: limits.scrapeBytesMax,
    samplesPerQuery: limits.samplesPerQueryMax,
    memoryBytesPerQuery: limits.queryMemoryBytesMax,
    queryTimeoutSeconds: limits.queryTimeoutMs / 1000,
    concurrentQueries: limits.concurrentQueriesMax,
    queuedQueries: limits.queuedQueriesMax,
    historySeconds: historyMs === null ? null : historyMs / 1000,
    oldestTime: historyMs === null ? null : isoTime(deps.nowMs() - historyMs),
  };
}

function rateOf(rate: RateStanding): object {
  return {
    of: rate.of,
    requestsPerSecond: rate.perSecond,
    burst: rate.burst,
    concurrent: rate.concurrentMax,
    remaining: rate.remaining,
  };
}

function usageOf({ lastUsedAtMs, lastScrape, ...totals }: UsageRecord): object {
  return {
    ...totals,
    lastUsed: lastUsedAtMs === null ? null : isoTime(lastUsedAtMs),
    lastScrape:
      lastScrape === null ? null : { time: isoTime(lastScrape.atMs), series: lastScrape.series },
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
