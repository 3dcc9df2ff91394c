import { negotiateExposition } from "#exposition";
import { type CollectedFamilies, renderFamilies } from "#telemetry";
import type { OpenEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";

export interface OwnMetricsDeps {
  /** The families of every thread of the process. */
  ownFamilies(): Promise<readonly CollectedFamilies[]>;
}

/** `GET /metrics` of the own-metrics listener: the process itself, nothing of any tenant's data. */
export function getOwnMetrics(deps: OwnMetricsDeps): OpenEndpoint {
  return {
    methods: ["GET", "HEAD"],
    paths: ["/metrics"],
    surface: SURFACES.ownMetrics,
    access: { kind: "listener" },
    limits: { bodyBytesMax: 0 },
    summary: "The process' own metrics, as OpenMetrics or text.",
    handler: async (request) => {
      const agreed = negotiateExposition(request.header("accept") ?? undefined);
      const body = renderFamilies(await deps.ownFamilies(), agreed.format);
      return {
        status: 200,
        headers: {
          "content-type": agreed.contentType,
          vary: "Accept",
          "cache-control": "no-store",
        },
        body: [body],
      };
    },
  };
}
