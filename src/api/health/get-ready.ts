import { textResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";

/** Tells load balancers whether requests can be answered now. Why not is in `gaugeway status`. */
export function getReady(deps: { isReady(): boolean }): OpenEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/-/ready"],
    surface: SURFACES.health,
    access: { kind: "public", reason: "Probes have no credential, and the answer tells nothing." },
    limits: { bodyBytesMax: 0 },
    summary: "200 when requests can be answered, 503 while starting up or stopping.",
    handler: () =>
      Promise.resolve(
        deps.isReady()
          ? textResponse(200, "Gaugeway is ready.\n")
          : textResponse(503, "Gaugeway is not ready.\n"),
      ),
  };
}
