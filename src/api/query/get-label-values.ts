import { HttpRefusal } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import {
  ALL_TIME,
  ANY_SERIES,
  answerFromCatalogue,
  type CatalogueDeps,
} from "./catalogue-endpoint.ts";
import { unescapeLabelName } from "./escaped-label-name.ts";
import { readLimit } from "./limit-parameter.ts";
import { readSelectors } from "./match-parameter.ts";
import { TENANT_ACCESS } from "./query-access.ts";
import { readParameters } from "./request-parameters.ts";
import { readOptionalTime } from "./time-parameter.ts";

/** `/api/v1/label/NAME/values`: the values that a label has among the tenant's series. */
export function getLabelValues(deps: CatalogueDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/label/:name/values"],
    surface: SURFACES.query,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "The values that a label has among the tenant's series.",
    async handler(request, principal) {
      const name = unescapeLabelName(request.params["name"] ?? "");
      if (name === "") throw new HttpRefusal("bad_data", `invalid label name: ""`);
      const parameters = await readParameters(request);
      const selectors = readSelectors(parameters);
      return answerFromCatalogue(deps, request, principal, {
        wanted: { kind: "label_values", name },
        selectors: selectors.length === 0 ? ANY_SERIES : selectors,
        minMs: readOptionalTime(parameters, "start", ALL_TIME.minMs),
        maxMs: readOptionalTime(parameters, "end", ALL_TIME.maxMs),
        limit: readLimit(parameters),
      });
    },
  };
}
