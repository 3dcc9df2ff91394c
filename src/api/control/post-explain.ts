import { jsonResponse } from "#http";
import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { readJsonObject, textMember } from "./read-json.ts";

export function postExplain(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "POST",
    "/explain",
    "What a tenant sees, and what a changed entitlement would change.",
    async (request) => {
      const body = await readJsonObject(request);
      const report = await control.explain(textMember(body, "tenant"), body["entitlement"] ?? null);
      return jsonResponse(200, report);
    },
  );
}
