import {
  type Authenticate,
  type ClientPrincipal,
  type Entitlement,
  entitlementKey,
  NO_ENTITLEMENT,
  type RequestAdmission,
  type UsageRecord,
} from "#access";
import { type ApiDeps, createApiTelemetry } from "#api";
import type { HeadStatistics } from "#engine";
import type { TargetsSnapshot } from "#sources";
import type { LogFields } from "#lib/logger";
import type { ClientId, TenantId } from "#model";
import type { SnapshotBody, SnapshotRequest, SnapshotSource, WholeBody } from "#snapshot";
import { createRegistry, type Registry } from "#telemetry";
import { recordingLogger } from "./http-test-server.ts";

/** A client of a tenant; the entitlement selects the tenant's own label. */
export function tenantClient(tenant: string, more: Partial<ClientPrincipal> = {}): ClientPrincipal {
  const entitlement: Entitlement = {
    ...NO_ENTITLEMENT,
    selectors: [`{tenant=${JSON.stringify(tenant)}}`],
  };
  return {
    kind: "client",
    clientId: `gwc_${tenant}` as ClientId,
    clientName: `${tenant}'s client`,
    owner: "tenant",
    tenantId: `t_${tenant}` as TenantId,
    tenantName: tenant,
    scopes: ["metrics.read"],
    entitlement,
    entitlementKey: entitlementKey(entitlement),
    ...more,
  };
}

export function operatorClient(scopes: readonly string[]): ClientPrincipal {
  return {
    ...tenantClient("operator"),
    owner: "operator",
    tenantId: null,
    tenantName: null,
    entitlement: null,
    scopes,
  };
}

/** Knows these clients, all with the secret `secret`. */
export function fakeAuthenticate(clients: readonly ClientPrincipal[]): Authenticate {
  return async (authorization) => {
    const [value] = authorization;
    if (value === undefined) return { kind: "missing" };
    const [id, secret] = Buffer.from(value.replace(/^Basic /, ""), "base64")
      .toString()
      .split(":");
    if (id === "limited") return { kind: "limited", claimedId: id, retryAfterSeconds: 7 };
    const principal = clients.find((client) => client.clientId === id);
    if (principal === undefined || secret !== "secret")
      return { kind: "invalid", claimedId: id ?? null };
    return { kind: "authenticated", principal };
  };
}

export function basic(client: string, secret = "secret"): Record<string, string> {
  return {
    authorization: `Basic ${Buffer.from(`gwc_${client}:${secret}`).toString("base64")}`,
  };
}

/** Gives what `bodyFor` says and remembers what it was asked. */
export interface FakeSnapshots extends SnapshotSource {
  readonly requests: SnapshotRequest[];
}

export function fakeSnapshots(
  bodyFor: (request: SnapshotRequest, signal?: AbortSignal) => Promise<SnapshotBody>,
): FakeSnapshots {
  const requests: SnapshotRequest[] = [];
  return {
    requests,
    snapshot(request, signal) {
      requests.push(request);
      return bodyFor(request, signal);
    },
  };
}

export function bodyOf(...texts: readonly string[]): WholeBody {
  const chunks = texts.map((text) => new TextEncoder().encode(text));
  return {
    kind: "whole",
    chunks,
    byteLength: chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    seriesCount: texts
      .join("")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#")).length,
  };
}

const unlimited: RequestAdmission = {
  admit: () => ({ admitted: true, standing: [], release: () => undefined }),
  standing: () => [],
};

/** For tests of other endpoints; the real ones are tested with the real tokens. */
const fakeOAuth: Pick<ApiDeps, "authenticateClient" | "tokens"> = {
  authenticateClient: async (id) => ({ kind: "invalid", claimedId: id }),
  tokens: {
    issuer: () => "https://gaugeway.test",
    admit: () => 0,
    issue: () => Promise.reject(new Error("no tokens here")),
    verify: async () => null,
    introspect: async () => null,
    revoke: async () => undefined,
    publishedKeys: async () => [],
    forgetKeys: async () => 0,
  },
};

const nothingUsed: UsageRecord = {
  today: { requests: 0, refused: 0, samplesRead: 0, bodyBytes: 0 },
  last30Days: { requests: 0, refused: 0, samplesRead: 0, bodyBytes: 0 },
  lastUsedAtMs: null,
  lastScrape: null,
};

const noUsage: ApiDeps["usage"] = {
  charge: () => undefined,
  ofPrincipal: async () => nothingUsed,
  ofTenant: async () => nothingUsed,
  flush: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};

const tenantLimits: ReturnType<ApiDeps["tenantLimits"]> = {
  seriesPerScrapeMax: 1_000_000,
  scrapeBytesMax: 1024 ** 2,
  samplesPerQueryMax: 50_000_000,
  queryMemoryBytesMax: 1024 ** 2,
  queryTimeoutMs: 120_000,
  concurrentQueriesMax: 2,
  queuedQueriesMax: 100,
  retentionMs: 24 * 3_600_000,
};

const noTargets: TargetsSnapshot = {
  activeTargets: [],
  droppedTargets: [],
  droppedTargetCounts: {},
};

const noHead: HeadStatistics = {
  series: 0,
  labelPairs: 0,
  chunks: 0,
  minMs: null,
  maxMs: null,
  seriesCountByMetricName: [],
  labelValueCountByLabelName: [],
  memoryInBytesByLabelName: [],
  seriesCountByLabelValuePair: [],
};

export interface FakeApi extends ApiDeps {
  readonly registry: Registry;
  readonly log: (LogFields & { readonly message: string })[];
}

/** The public listener's dependencies, with two tenants and an operator. */
export function fakeApi(more: Partial<ApiDeps> = {}): FakeApi {
  const registry = createRegistry();
  const log: (LogFields & { readonly message: string })[] = [];
  return {
    registry,
    log,
    authenticate: fakeAuthenticate([
      tenantClient("acme"),
      tenantClient("globex"),
      operatorClient(["targets.read"]),
    ]),
    ...fakeOAuth,
    scrapeAdmission: unlimited,
    queryAdmission: unlimited,
    usage: noUsage,
    refusals: { record: () => undefined },
    tenantLimits: () => tenantLimits,
    snapshots: fakeSnapshots(async () => bodyOf("# EOF\n")),
    metricsEndpoint: () => ({ timestamps: false, gzip: true }),
    isReady: () => true,
    targets: async () => noTargets,
    runQuery: async () => {
      throw new Error("no query was expected");
    },
    catalogue: () => {
      throw new Error("no question about series was expected");
    },
    metricMetadata: async () => [],
    headStatistics: async () => noHead,
    installation: () => ({
      version: "0.0.0",
      startedAtMs: 0,
      dataFolder: "/data",
      retentionMs: 3_600_000,
      flags: { "query.timeout": "2m" },
    }),
    querySettings: () => ({ timeoutMs: 1000 }),
    nowMs: () => Date.parse("2026-01-02T03:04:05Z"),
    telemetry: createApiTelemetry(registry),
    logger: recordingLogger(log),
    ...more,
  };
}
