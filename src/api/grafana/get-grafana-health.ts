import { jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { GRAFANA_PATH } from "./datasource.ts";

/** `GET /api/health` of Grafana's API. */
export function getGrafanaHealth(deps: { isReady(): boolean }): OpenEndpoint {
  return {
    methods: ["GET"],
    paths: [`${GRAFANA_PATH}/api/health`],
    surface: SURFACES.grafana,
    access: {
      kind: "public",
      reason: "as in Grafana, probes ask without credentials; it says nothing of data",
    },
    limits: { bodyBytesMax: 0 },
    summary: "Whether requests can be answered, as Grafana says it.",
    handler: async () =>
      deps.isReady()
        ? jsonResponse(200, { database: "ok", version: "", commit: "" })
        : jsonResponse(503, { database: "failing", version: "", commit: "" }),
  };
}
