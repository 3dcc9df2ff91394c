import { jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import { filterTargets, targetsFilter } from "../targets/filter-targets.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";

export function getControlTargets(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "GET",
    "/targets",
    "The data of /api/v1/targets, for `gaugeway targets`.",
    async (request) =>
      jsonResponse(200, filterTargets(await control.targets(), targetsFilter(request.query))),
  );
}
