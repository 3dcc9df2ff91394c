import { prettifyExpression } from "#promql";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { EITHER_ACCESS } from "./query-access.ts";
import { QUERY_LIMITS } from "./query-endpoint.ts";
import { readExpression } from "./expression-parameter.ts";
import { readParameters } from "./request-parameters.ts";
import { success } from "./success.ts";

/** `/api/v1/format_query`: a query written as people like to read it. */
export function getFormatQuery(): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/format_query"],
    surface: SURFACES.query,
    access: EITHER_ACCESS,
    limits: QUERY_LIMITS,
    summary: "A query, formatted.",
    handler: async (request) =>
      success(prettifyExpression(readExpression(await readParameters(request)))),
  };
}
