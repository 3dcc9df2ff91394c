import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { answerQuery, QUERY_LIMITS, type QueryDeps, viewerOf } from "./query-endpoint.ts";
import { readInstant } from "./read-query.ts";
import { readParameters } from "./request-parameters.ts";

/** `/api/v1/query`: a PromQL expression at one time. */
export function getQuery(deps: QueryDeps): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/query"],
    surface: SURFACES.query,
    access: { kind: "tenant", scope: "metrics.query" },
    limits: QUERY_LIMITS,
    summary: "A PromQL expression at one time, over what the tenant may see.",
    async handler(request, principal) {
      const parameters = await readParameters(request);
      const time = readInstant(parameters, deps.nowMs());
      return answerQuery(deps, request, viewerOf(principal), parameters, time);
    },
  };
}
