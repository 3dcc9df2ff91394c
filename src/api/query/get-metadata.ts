import { HttpRefusal } from "#http";
import { METRIC_NAME } from "#model";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import {
  ALL_TIME,
  ANY_SERIES,
  answerFromCatalogue,
  type CatalogueDeps,
} from "./catalogue-endpoint.ts";
import { TENANT_ACCESS } from "./query-access.ts";

/** What a family's series add to its name. */
const SUFFIXES = "(?:_total|_info|_bucket|_count|_sum|_created|_gcount|_gsum)?";

/** `/api/v1/metadata`: type, help and unit of the tenant's metrics. */
export function getMetadata(deps: CatalogueDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/metadata"],
    surface: SURFACES.query,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Type, help and unit of the metrics that the tenant may see.",
    async handler(request, principal) {
      const parameters = new URLSearchParams(request.query);
      const metric = parameters.get("metric") ?? "";
      const named = {
        name: METRIC_NAME,
        operator: "=~",
        value: `${quoted(metric)}${SUFFIXES}`,
      } as const;
      return answerFromCatalogue(deps, request, principal, {
        wanted: { kind: "metadata", perNameMax: readCount(parameters, "limit_per_metric"), metric },
        selectors: metric === "" ? ANY_SERIES : [[named]],
        ...ALL_TIME,
        limit: readCount(parameters, "limit"),
      });
    },
  };
}

/** For RE2: every character that could mean something else. */
function quoted(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}

/** Here Prometheus takes numbers below zero, and 0 for none, in its own way: below zero is all. */
function readCount(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name) ?? "";
  if (text === "") return null;
  if (!/^[+-]?\d+$/.test(text)) throw new HttpRefusal("bad_data", `${name} must be a number`);
  const count = Number(text);
  return count < 0 ? null : count;
}
