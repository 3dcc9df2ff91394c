import { textResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";

/** Answers as long as the process can answer at all. */
export function getHealthy(): OpenEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/-/healthy"],
    surface: SURFACES.health,
    access: { kind: "public", reason: "Probes have no credential, and the answer tells nothing." },
    limits: { bodyBytesMax: 0 },
    summary: "200 as long as the process answers.",
    handler: () => Promise.resolve(textResponse(200, "Gaugeway is healthy.\n")),
  };
}
