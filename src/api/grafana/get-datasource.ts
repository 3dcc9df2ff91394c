import { jsonResponse } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { TENANT_ACCESS } from "../query/query-access.ts";
import { SURFACES } from "../surfaces.ts";
import { checkDatasource, EMBEDDED_DATASOURCE, GRAFANA_PATH } from "./datasource.ts";

/** `GET /api/datasources/:id`, `/uid/:uid`, `/name/:name`. */
export function getDatasource(): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: [
      `${GRAFANA_PATH}/api/datasources/:id`,
      `${GRAFANA_PATH}/api/datasources/uid/:uid`,
      `${GRAFANA_PATH}/api/datasources/name/:name`,
    ],
    surface: SURFACES.grafana,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "One datasource, by id, uid or name.",
    async handler({ params }) {
      checkDatasource(params, "Data source not found");
      return jsonResponse(200, EMBEDDED_DATASOURCE);
    },
  };
}
