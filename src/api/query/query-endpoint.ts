import { NO_ENTITLEMENT, type Principal } from "#access";
import { type ApiRequest, type ApiResponse } from "#http";
import { OperatingError } from "#lib/operating-error";
import type { NewQuery, QueryAnswer } from "#query";
import { apiLimits } from "../limits.ts";
import { invalidParameter } from "./parameter-error.ts";
import { type QuerySetting, readQuery } from "./read-query.ts";
import { headersOf } from "./result-style.ts";

export interface QueryDeps {
  runQuery(request: NewQuery, signal: AbortSignal): Promise<QueryAnswer>;
  /** Asked at each query, since a reload may change it. */
  querySettings(): { readonly timeoutMs: number };
  nowMs(): number;
}

/** What instant and range queries have in common. */
export async function answerQuery(
  deps: QueryDeps,
  request: ApiRequest,
  viewer: QuerySetting["viewer"],
  parameters: URLSearchParams,
  time: NewQuery["time"],
): Promise<ApiResponse> {
  const timeoutMsMax = deps.querySettings().timeoutMs;
  const query = readQuery(parameters, time, {
    viewer,
    timeoutMsMax,
    accept: request.header("accept"),
  });
  const answer = await evaluated(deps, query, request.signal);
  request.note({ samples: answer.head.samplesRead });
  return {
    status: 200,
    headers: { ...headersOf(query.style, deps.nowMs()), "cache-control": "no-store" },
    body: answer.chunks,
  };
}

/** Whose view of the store a principal has, and whose share of the threads it takes. */
export function viewerOf(principal: Principal): QuerySetting["viewer"] {
  return {
    view: principal.entitlement ?? NO_ENTITLEMENT,
    tenant: principal.tenantName ?? "operator",
  };
}

async function evaluated(
  deps: QueryDeps,
  query: NewQuery,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  try {
    return await deps.runQuery(query, signal);
  } catch (error) {
    if (error instanceof OperatingError && UNREADABLE.has(error.code)) {
      throw invalidParameter("query", error.message);
    }
    throw error;
  }
}

/** The query itself is wrong, whatever the data. */
const UNREADABLE: ReadonlySet<string> = new Set(["promql_syntax", "promql_expression_type"]);

/** Facts that both endpoints declare. */
export const QUERY_LIMITS = { bodyBytesMax: apiLimits.queryBodyBytesMax } as const;

/** A query that needs no data: whether queries are answered at all. Null where they are, else why not. */
export async function runProbe(
  deps: QueryDeps,
  principal: Principal,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { chunks } = await deps.runQuery(
      {
        text: "1+1",
        time: { kind: "instant", timeMs: 4000 },
        lookbackMs: null,
        timeoutMs: deps.querySettings().timeoutMs,
        seriesMax: null,
        statistics: "none",
        style: { format: "json" },
        view: principal.entitlement ?? NO_ENTITLEMENT,
        tenant: principal.tenantName ?? "operator",
      },
      signal,
    );
    await chunks.return?.();
    return null;
  } catch (error) {
    if (error instanceof OperatingError) return error.message;
    throw error;
  }
}
