import { jsonResponse } from "#http";
import type { GuardedEndpoint } from "../endpoint.ts";
import { TENANT_ACCESS } from "../query/query-access.ts";
import { SURFACES } from "../surfaces.ts";
import { EMBEDDED_DATASOURCE, GRAFANA_PATH } from "./datasource.ts";

/** `GET /api/datasources`: what the caller may query, so that a script finds the id. */
export function getDatasources(): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: [`${GRAFANA_PATH}/api/datasources`],
    surface: SURFACES.grafana,
    access: TENANT_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "The datasources that the caller may query, as Grafana lists them.",
    handler: async () => jsonResponse(200, [EMBEDDED_DATASOURCE]),
  };
}
