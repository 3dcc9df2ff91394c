import type { ApiRequest, ApiResponse, HttpMethod } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { apiLimits } from "../limits.ts";
import { SURFACES } from "../surfaces.ts";

/** An endpoint of the control socket: whoever may open the socket's file may call it. */
export function controlEndpoint(
  method: Extract<HttpMethod, "GET" | "POST">,
  path: string,
  summary: string,
  handler: (request: ApiRequest) => Promise<ApiResponse>,
): OpenEndpoint {
  return {
    methods: method === "GET" ? ["GET", "HEAD"] : ["POST"],
    paths: [path],
    surface: SURFACES.control,
    access: { kind: "listener" },
    limits: { bodyBytesMax: method === "GET" ? 0 : apiLimits.controlBodyBytesMax },
    summary,
    handler,
  };
}
