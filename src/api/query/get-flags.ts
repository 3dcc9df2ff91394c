import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import type { StatusDeps } from "./installation-facts.ts";
import { EITHER_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

/** `/api/v1/status/flags`: editors ask for it; a tenant learns nothing of the installation. */
export function getFlags(deps: StatusDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/flags"],
    surface: SURFACES.query,
    access: EITHER_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Settings by the names of Prometheus' flags, for the operator; empty for tenants.",
    handler: async (_request, { owner }) =>
      success(owner === "operator" ? deps.installation().flags : {}),
  };
}
