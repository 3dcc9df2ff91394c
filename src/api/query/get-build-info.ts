import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import type { StatusDeps } from "./installation-facts.ts";
import { EITHER_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

/**
 * Clients choose by this which Prometheus they talk to. Without a member `features`, by which Grafana
 * would take us for Mimir.
 */
const PROMETHEUS_VERSION = "3.5.0";

/** `/api/v1/status/buildinfo`: the Prometheus whose API this is, and our own version. */
export function getBuildInfo(deps: StatusDeps): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/buildinfo"],
    surface: SURFACES.query,
    access: EITHER_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "The version of Prometheus' API that is spoken, and Gaugeway's own.",
    handler: async () =>
      success({
        version: PROMETHEUS_VERSION,
        revision: `gaugeway-${deps.installation().version}`,
        branch: "",
        buildUser: "",
        buildDate: "",
        goVersion: "",
      }),
  };
}
