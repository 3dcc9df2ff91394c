import { jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";

export function getStatus(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "GET",
    "/status",
    "Version, uptime, listeners, readiness, store.",
    async () => jsonResponse(200, await control.status()),
  );
}
