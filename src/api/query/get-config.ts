import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { OPERATOR_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

const NOT_SHOWN =
  "# gaugeway.yaml may hold secrets and is not shown here; gaugeway check-config explains it.\n";

/** `/api/v1/status/config`: the shape of Prometheus' answer, without the file. */
export function getConfig(): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/config"],
    surface: SURFACES.query,
    access: OPERATOR_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Where the configuration is to be seen; the file itself may hold secrets.",
    handler: async () => success({ yaml: NOT_SHOWN }),
  };
}
