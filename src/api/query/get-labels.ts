import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import {
  ALL_TIME,
  ANY_SERIES,
  answerFromCatalogue,
  type CatalogueDeps,
} from "./catalogue-endpoint.ts";
import { readLimit } from "./limit-parameter.ts";
import { readSelectors } from "./match-parameter.ts";
import { TENANT_ACCESS } from "./query-access.ts";
import { QUERY_LIMITS } from "./query-endpoint.ts";
import { readParameters } from "./request-parameters.ts";
import { readOptionalTime } from "./time-parameter.ts";

/** `/api/v1/labels`: the names of labels that the tenant's series have. */
export function getLabels(deps: CatalogueDeps): GuardedEndpoint {
  return {
    methods: ["GET", "POST"],
    paths: ["/api/v1/labels"],
    surface: SURFACES.query,
    access: TENANT_ACCESS,
    limits: QUERY_LIMITS,
    summary: "The names of the labels that the tenant's series have.",
    async handler(request, principal) {
      const parameters = await readParameters(request);
      const selectors = readSelectors(parameters);
      return answerFromCatalogue(deps, request, principal, {
        wanted: { kind: "label_names" },
        selectors: selectors.length === 0 ? ANY_SERIES : selectors,
        minMs: readOptionalTime(parameters, "start", ALL_TIME.minMs),
        maxMs: readOptionalTime(parameters, "end", ALL_TIME.maxMs),
        limit: readLimit(parameters),
      });
    },
  };
}
