import { selectorsIn } from "#promql";
import { HttpRefusal } from "#http";
import type { Matcher } from "#model";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { ALL_TIME, answerFromCatalogue, type CatalogueDeps } from "./catalogue-endpoint.ts";
import { readExpression } from "./expression-parameter.ts";
import { TENANT_ACCESS } from "./query-access.ts";
import { QUERY_LIMITS } from "./query-endpoint.ts";
import { readParameters } from "./request-parameters.ts";
import { readOptionalTime } from "./time-parameter.ts";

/** `/api/v1/query_exemplars`: exemplars of the series that a query reads. */
export function getQueryExemplars(deps: CatalogueDeps): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/query_exemplars"],
    surface: SURFACES.query,
    access: TENANT_ACCESS,
    limits: QUERY_LIMITS,
    summary: "Exemplars of the tenant's series that a query reads.",
    async handler(request, principal) {
      const parameters = await readParameters(request);
      const minMs = readOptionalTime(parameters, "start", ALL_TIME.minMs);
      const maxMs = readOptionalTime(parameters, "end", ALL_TIME.maxMs);
      if (maxMs < minMs) {
        throw new HttpRefusal("bad_data", "end timestamp must not be before start timestamp");
      }
      const selectors = selectorsOf(parameters);
      // Nothing is asked for: there is no answer to give, not even an empty one.
      if (selectors.length === 0) return { status: 204, headers: {}, body: null };
      return answerFromCatalogue(deps, request, principal, {
        wanted: { kind: "exemplars" },
        selectors,
        minMs,
        maxMs,
        limit: null,
      });
    },
  };
}

function selectorsOf(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  return Array.from(selectorsIn(readExpression(parameters, unnamed)), ({ matchers }) =>
    matchers.map(({ name, operator, value }) => ({ name, operator, value })),
  );
}

/** Here Prometheus does not name the parameter. */
function unnamed(reason: string): HttpRefusal {
  return new HttpRefusal("bad_data", reason);
}
