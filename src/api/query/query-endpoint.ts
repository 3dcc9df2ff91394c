import { NO_ENTITLEMENT, type Principal } from "#access";
import { OperatingError } from "#lib/operating-error";
import { type ApiRequest, type ApiResponse, HttpRefusal } from "#http";
import type { QueryAnswer, NewQuery } from "#query";
import { apiLimits } from "../limits.ts";
import { readOptionalDuration } from "./duration-parameter.ts";
import { readLimit } from "./limit-parameter.ts";
import { invalidParameter } from "./parameter-error.ts";
import { headersOf, readResultStyle } from "./result-style.ts";

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
  principal: Principal,
  parameters: URLSearchParams,
  time: NewQuery["time"],
): Promise<ApiResponse> {
  const timeoutMsMax = deps.querySettings().timeoutMs;
  const timeoutMs = readOptionalDuration(parameters, "timeout") ?? timeoutMsMax;
  const statistics = parameters.get("stats") ?? "";
  const query: NewQuery = {
    text: parameters.get("query") ?? "",
    time,
    lookbackMs: readLookback(parameters),
    timeoutMs: Math.min(timeoutMs, timeoutMsMax),
    seriesMax: readLimit(parameters),
    statistics: statistics === "" ? "none" : statistics === "all" ? "all" : "summary",
    style: readResultStyle(parameters, request.header("accept")),
    view: principal.entitlement ?? NO_ENTITLEMENT,
    tenant: principal.tenantName ?? "operator",
  };
  const answer = await evaluated(deps, query, request.signal);
  request.note({ samples: answer.head.samplesRead });
  return {
    status: 200,
    headers: { ...headersOf(query.style, deps.nowMs()), "cache-control": "no-store" },
    body: answer.chunks,
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

function readLookback(parameters: URLSearchParams): number | null {
  const lookbackMs = readOptionalDuration(parameters, "lookback_delta");
  if (lookbackMs === null || lookbackMs > 0) return lookbackMs === 0 ? null : lookbackMs;
  throw new HttpRefusal("bad_data", "lookback_delta must be greater than zero");
}

/** Facts that both endpoints declare. */
export const QUERY_LIMITS = { bodyBytesMax: apiLimits.queryBodyBytesMax } as const;
