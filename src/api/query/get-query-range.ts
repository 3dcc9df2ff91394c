import { HttpRefusal } from "#http";
import type { NewQuery } from "#query";
import type { GuardedEndpoint } from "../endpoint.ts";
import { apiLimits } from "../limits.ts";
import { SURFACES } from "../surfaces.ts";
import { readDuration } from "./duration-parameter.ts";
import { invalidParameter } from "./parameter-error.ts";
import { answerQuery, QUERY_LIMITS, type QueryDeps } from "./query-endpoint.ts";
import { readParameters } from "./request-parameters.ts";
import { readTime } from "./time-parameter.ts";

/** `/api/v1/query_range`: a PromQL expression at every step of a range. */
export function getQueryRange(deps: QueryDeps): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/query_range"],
    surface: SURFACES.query,
    access: { kind: "tenant", scope: "metrics.query" },
    limits: QUERY_LIMITS,
    summary: "A PromQL expression at each step of a range, over what the tenant may see.",
    async handler(request, principal) {
      const parameters = await readParameters(request);
      return answerQuery(deps, request, principal, parameters, readRange(parameters));
    },
  };
}

function readRange(parameters: URLSearchParams): NewQuery["time"] {
  const startMs = readTime(parameters, "start");
  const endMs = readTime(parameters, "end");
  if (endMs < startMs) {
    throw invalidParameter("end", "end timestamp must not be before start time");
  }
  // The grid has whole milliseconds.
  const stepMs = Math.trunc(readDuration(parameters, "step"));
  if (stepMs <= 0) {
    throw invalidParameter(
      "step",
      "zero or negative query resolution step widths are not accepted. Try a positive integer",
    );
  }
  if ((endMs - startMs) / stepMs > apiLimits.queryStepsMax) {
    throw new HttpRefusal(
      "bad_data",
      "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
    );
  }
  return { kind: "range", startMs, endMs, stepMs };
}
