import { jsonResponse } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { TENANT_ACCESS } from "../query/query-access.ts";
import { type QueryDeps, runProbe } from "../query/query-endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { checkDatasource, GRAFANA_PATH } from "./datasource.ts";

/** `GET /api/datasources/uid/:uid/health`: Grafana's «save and test», a query that needs no data. */
export function getDatasourceHealth(deps: QueryDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: [
      `${GRAFANA_PATH}/api/datasources/:id/health`,
      `${GRAFANA_PATH}/api/datasources/uid/:uid/health`,
    ],
    surface: SURFACES.grafana,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Whether the datasource answers queries.",
    async handler({ params, signal }, principal) {
      checkDatasource(params, "Data source not found");
      const failure = await runProbe(deps, principal, signal);
      return failure === null
        ? jsonResponse(200, {
            status: "OK",
            message: "Successfully queried the Prometheus API.",
            details: { application: "Prometheus", features: { rulerApiEnabled: false } },
          })
        : jsonResponse(400, { status: "ERROR", message: failure });
    },
  };
}
