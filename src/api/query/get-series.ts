import { HttpRefusal } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { ALL_TIME, answerFromCatalogue, type CatalogueDeps } from "./catalogue-endpoint.ts";
import { readLimit } from "./limit-parameter.ts";
import { named, readSelectors } from "./match-parameter.ts";
import { TENANT_ACCESS } from "./query-access.ts";
import { QUERY_LIMITS } from "./query-endpoint.ts";
import { readParameters } from "./request-parameters.ts";
import { readOptionalTime } from "./time-parameter.ts";

/** `/api/v1/series`: the label sets of the tenant's series that a selector means. */
export function getSeries(deps: CatalogueDeps): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/series"],
    surface: SURFACES.query,
    access: TENANT_ACCESS,
    limits: QUERY_LIMITS,
    summary: "The label sets of the tenant's series that a selector means.",
    async handler(request, principal) {
      const parameters = await readParameters(request);
      const selectors = readSelectors(parameters, named);
      if (selectors.length === 0) {
        throw new HttpRefusal("bad_data", "no match[] parameter provided");
      }
      return answerFromCatalogue(deps, request, principal, {
        wanted: { kind: "series" },
        selectors,
        minMs: readOptionalTime(parameters, "start", ALL_TIME.minMs),
        maxMs: readOptionalTime(parameters, "end", ALL_TIME.maxMs),
        limit: readLimit(parameters),
      });
    },
  };
}
