import { NO_ENTITLEMENT, type Principal, type RequestAdmission } from "#access";
import { OperatingError } from "#lib/operating-error";
import type { Logger } from "#lib/logger";
import { negotiateExposition } from "#exposition";
import { type ApiRequest, type ApiResponse, HttpRefusal } from "#http";
import {
  type SnapshotBody,
  SnapshotRefusal,
  type SnapshotRequest,
  type SnapshotSource,
  type StreamedBody,
} from "#snapshot";
import type { Counter } from "#telemetry";
import type { GuardedEndpoint } from "../endpoint.ts";
import { admitted } from "../admitted.ts";
import type { ApiTelemetry } from "../metrics.ts";
import { SURFACES } from "../surfaces.ts";
import { acceptedEncoding } from "./accepted-encoding.ts";
import { scrapeDeadlineMs } from "./scrape-deadline.ts";

export interface MetricsEndpointDeps {
  readonly snapshots: SnapshotSource;
  readonly scrapeAdmission: RequestAdmission;
  readonly telemetry: ApiTelemetry;
  readonly logger: Logger;
  /** Asked at each request, since a reload may change it. */
  metricsEndpoint(principal: Principal): MetricsEndpointSettings;
  isReady(): boolean;
}

interface MetricsEndpointSettings {
  /** Writes the time of each sample. */
  readonly timestamps: boolean;
  readonly gzip: boolean;
}

/** What the documents promise must be seen wherever the endpoint is (specs 1.5, F13). */
const NOTICE = "for operational insight; not for billing";

/**
 * `GET /metrics/v1`: the tenant's snapshot. The body is all or nothing; parameters of the URL mean
 * nothing here, as there is no query API at this place.
 */
export function getMetricsV1(deps: MetricsEndpointDeps): GuardedEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/metrics/v1", "/metrics/v1/"],
    surface: SURFACES.scrape,
    access: { kind: "tenant", scope: "metrics.read" },
    limits: { bodyBytesMax: 0 },
    summary: "The newest sample of every series that the tenant may see, as OpenMetrics or text.",
    handler: (request, principal) => scrape(deps, request, principal),
  };
}

async function scrape(
  deps: MetricsEndpointDeps,
  request: ApiRequest,
  principal: Principal,
): Promise<ApiResponse> {
  const tenant = principal.tenantName ?? "";
  const outcomes = deps.telemetry.tenantScrapes;
  const onRefused = (limit: string): void => outcomes.with(tenant, limit).inc();
  const { scrapeAdmission: admission } = deps;
  return admitted({ admission, principal, what: "scrapes", onRefused }, async () => {
    try {
      const answer = await scrapeOnce(deps, request, principal);
      outcomes.with(tenant, "ok").inc();
      return answer;
    } catch (error) {
      outcomes.with(tenant, error instanceof OperatingError ? error.code : "internal").inc();
      throw error;
    }
  });
}

async function scrapeOnce(
  deps: MetricsEndpointDeps,
  request: ApiRequest,
  principal: Principal,
): Promise<ApiResponse> {
  if (!deps.isReady()) throw new HttpRefusal("not_ready", "Starting up: try again in a moment.");
  const settings = deps.metricsEndpoint(principal);
  const agreed = negotiateExposition(request.header("accept") ?? undefined);
  const encoding = settings.gzip ? acceptedEncoding(request.header("accept-encoding")) : "identity";
  const wanted: SnapshotRequest = {
    entitlement: principal.entitlement ?? NO_ENTITLEMENT,
    format: agreed.format.startsWith("openmetrics") ? "openmetrics" : "text",
    escaping: agreed.escaping,
    encoding,
    timestamps: settings.timestamps,
  };
  const body = await snapshotInTime(deps, request, wanted);
  const { telemetry } = deps;
  telemetry.scrapeSeries.observe(body.seriesCount);
  telemetry.scrapeFormats.with(agreed.format, encoding).inc();
  const sentBytes = telemetry.tenantScrapeBytes.with(principal.tenantName ?? "");
  if (body.kind === "whole") sentBytes.inc(body.byteLength);
  request.note({ series: body.seriesCount });
  return {
    status: 200,
    headers: {
      "content-type": agreed.contentType,
      ...(encoding === "gzip" ? { "content-encoding": "gzip" } : {}),
      vary: "Accept, Accept-Encoding, Authorization",
      "cache-control": "no-store",
      "x-gaugeway-notice": NOTICE,
    },
    body: body.kind === "whole" ? body.chunks : counted(body.chunks, sentBytes),
  };
}

async function snapshotInTime(
  deps: MetricsEndpointDeps,
  request: ApiRequest,
  wanted: SnapshotRequest,
): Promise<SnapshotBody> {
  const deadlineMs = scrapeDeadlineMs(request.header("x-prometheus-scrape-timeout-seconds"));
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), deadlineMs);
  const signal = AbortSignal.any([request.signal, deadline.signal]);
  const snapshot = deps.snapshots.snapshot(wanted, signal);
  try {
    return await Promise.race([snapshot, lateRefusal(deadline.signal, deadlineMs)]);
  } catch (error) {
    snapshot.then(endUnread, () => undefined);
    if (deadline.signal.aborted) throw tooLate(deadlineMs);
    if (error instanceof SnapshotRefusal && error.operatorDetail !== null) {
      deps.logger.warn(
        { requestId: request.id, code: error.code, detail: error.operatorDetail },
        "snapshot refused",
      );
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A body that came too late still has to let go of what it holds. */
async function endUnread(body: SnapshotBody): Promise<void> {
  if (body.kind === "streamed") await body.chunks.return?.();
}

/** Counts the bytes that go out. */
function counted(chunks: StreamedBody["chunks"], bytes: Counter): StreamedBody["chunks"] {
  const all: StreamedBody["chunks"] = {
    [Symbol.asyncIterator]: () => all,
    async next() {
      const result = await chunks.next();
      if (result.done !== true) bytes.inc(result.value.length);
      return result;
    },
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
  };
  return all;
}

/** Rejects at the deadline, even where a source does not listen to its signal. */
function lateRefusal(signal: AbortSignal, deadlineMs: number): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(tooLate(deadlineMs)), { once: true });
  });
}

function tooLate(deadlineMs: number): HttpRefusal {
  return new HttpRefusal(
    "scrape_timeout",
    `The answer would not be ready within ${Math.round(deadlineMs)} ms: raise scrape_timeout or ask for fewer series.`,
  );
}
