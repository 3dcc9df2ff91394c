import type { GuardedEndpoint } from "../endpoint.ts";
import { success } from "../query/success.ts";
import { SURFACES } from "../surfaces.ts";
import type { TargetsSnapshot } from "#sources";
import { filterTargets, targetsFilter } from "./filter-targets.ts";

/** `GET /api/v1/targets`: the operator's view of what is scraped. Tenants have no part in it. */
export function getTargets(deps: { targets(): Promise<TargetsSnapshot> }): GuardedEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/api/v1/targets"],
    surface: SURFACES.query,
    access: { kind: "operator", scope: "targets.read" },
    limits: { bodyBytesMax: 0 },
    summary: "Scrape targets with state, last error and timing, as Prometheus shows them.",
    handler: async (request) => {
      const data = filterTargets(await deps.targets(), targetsFilter(request.query));
      return success(data);
    },
  };
}
