import { type ApiResponse, errorResponse } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { checkDatasource, GRAFANA_PATH } from "./datasource.ts";

const API = "/api/v1/";
/** What Grafana lets through as POST to a Prometheus (specification: metrics-access C.4). */
const POSTABLE = new Set(["query", "query_range", "series", "labels", "query_exemplars"]);

/**
 * The query API once more, under the path of Grafana's datasource proxy. What is refused before the
 * query is refused in Grafana's words; what the query itself meets, in Prometheus'.
 */
export function proxiedEndpoints(
  endpoints: readonly GuardedEndpoint[],
): readonly GuardedEndpoint[] {
  return endpoints.map((endpoint) => {
    const [path] = endpoint.paths;
    const isPostable = POSTABLE.has(path.slice(API.length));
    return {
      ...endpoint,
      methods: isPostable ? ["GET", "POST"] : ["GET"],
      paths: [
        `${GRAFANA_PATH}/api/datasources/proxy/:id${path}`,
        `${GRAFANA_PATH}/api/datasources/proxy/uid/:uid${path}`,
      ],
      surface: SURFACES.grafana,
      summary: `As \`${path}\`, for tools that know Grafana's datasource proxy.`,
      async handler(request, principal) {
        checkDatasource(request.params);
        return sandboxed(
          await endpoint
            .handler(request, principal)
            .catch((error: unknown) => errorResponse(error, "prometheus")),
        );
      },
    };
  });
}

/** An answer of the proxy is data, never a page. */
function sandboxed(response: ApiResponse): ApiResponse {
  return { ...response, headers: { ...response.headers, "content-security-policy": "sandbox" } };
}
