import { expressionJson } from "#promql";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { readExpression } from "./expression-parameter.ts";
import { EITHER_ACCESS } from "./query-access.ts";
import { QUERY_LIMITS } from "./query-endpoint.ts";
import { readParameters } from "./request-parameters.ts";
import { success } from "./success.ts";

/** `/api/v1/parse_query`: a query's tree. */
export function getParseQuery(): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/parse_query"],
    surface: SURFACES.query,
    access: EITHER_ACCESS,
    limits: QUERY_LIMITS,
    summary: "The tree of a query, as JSON.",
    handler: async (request) =>
      success(expressionJson(readExpression(await readParameters(request)))),
  };
}
