import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { afterFirstChunk } from "./first-chunk.ts";
import { numberMember, readJsonObject, textsMember } from "./read-json.ts";

/** A stream that ends without `# EOF` was cut: OpenMetrics has its own end. */
export function postExport(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "POST",
    "/export",
    "Stored samples as OpenMetrics with timestamps.",
    async (request) => {
      const body = await readJsonObject(request);
      const wanted = {
        selectors: textsMember(body, "selectors"),
        minMs: numberMember(body, "minMs"),
        maxMs: numberMember(body, "maxMs"),
      };
      return {
        status: 200,
        headers: {
          "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
          "cache-control": "no-store",
        },
        body: await afterFirstChunk(control.exportOpenMetrics(wanted, request.signal)),
      };
    },
  );
}
