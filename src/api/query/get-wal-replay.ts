import type { GuardedEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import { OPERATOR_ACCESS } from "./query-access.ts";
import { success } from "./success.ts";

/** `/api/v1/status/walreplay`: whoever can ask has a server that has finished. */
export function getWalReplay(): GuardedEndpoint {
  return {
    methods: ["GET"],
    paths: ["/api/v1/status/walreplay"],
    surface: SURFACES.query,
    access: OPERATOR_ACCESS,
    limits: { bodyBytesMax: 0 },
    summary: "Progress of reading the log at the start, which is over when this is answered.",
    handler: async () => success({ min: 0, max: 0, current: 0 }),
  };
}
