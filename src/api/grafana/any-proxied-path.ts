import { HttpRefusal } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { TENANT_ACCESS } from "../query/query-access.ts";
import { SURFACES } from "../surfaces.ts";
import { checkDatasource, GRAFANA_PATH } from "./datasource.ts";

/** Whatever else is tried below the proxy: it reaches nothing, and is told so as by Grafana. */
export function anyProxiedPath(): GuardedEndpoint {
  return {
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    paths: [
      `${GRAFANA_PATH}/api/datasources/proxy/:id/*`,
      `${GRAFANA_PATH}/api/datasources/proxy/uid/:uid/*`,
    ],
    surface: SURFACES.grafana,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "What the proxy does not let through: 403 for writes, 404 for the rest.",
    handler: async ({ method, params }) => {
      checkDatasource(params);
      if (method === "GET") throw new HttpRefusal("not_found", "404 page not found");
      throw new HttpRefusal(
        "proxied_write",
        `non allow-listed ${method}s not allowed on proxied Prometheus datasource`,
      );
    },
  };
}
