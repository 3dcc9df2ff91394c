import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { answerQuery, QUERY_LIMITS, type QueryDeps, viewerOf } from "./query-endpoint.ts";
import { readRange } from "./read-query.ts";
import { readParameters } from "./request-parameters.ts";

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
      const time = readRange(parameters);
      return answerQuery(deps, request, viewerOf(principal), parameters, time);
    },
  };
}
