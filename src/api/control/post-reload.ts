import { jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";

export function postReload(control: ControlApi): OpenEndpoint {
  return controlEndpoint("POST", "/reload", "Reads gaugeway.yaml again.", async () =>
    jsonResponse(200, await control.reload()),
  );
}
