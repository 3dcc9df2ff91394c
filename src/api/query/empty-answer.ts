import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { EITHER_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

/**
 * There are no recording or alerting rules here, and so no alerts and nobody to send them to. Clients
 * ask all the same (Grafana does when it opens a datasource), so the answer is empty and valid.
 */
export function emptyAnswer(path: string, data: object, summary: string): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: [path],
    surface: SURFACES.query,
    access: EITHER_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary,
    handler: async () => success(data),
  };
}
