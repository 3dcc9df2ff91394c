import { HttpRefusal } from "#http";
import { contentTypeOf, RESULT_FORMATS } from "#results";
import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi, ExportFormat } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { afterFirstChunk } from "./first-chunk.ts";
import { numberMember, readJsonObject, textsMember } from "./read-json.ts";

/** A stream that ends without `# EOF` was cut: OpenMetrics has its own end. */
export function postExport(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "POST",
    "/export",
    "Stored samples with their times, as OpenMetrics or in a format of query results.",
    async (request) => {
      const body = await readJsonObject(request);
      const format = formatOf(body["format"] ?? "openmetrics");
      const wanted = {
        format,
        selectors: textsMember(body, "selectors"),
        minMs: numberMember(body, "minMs"),
        maxMs: numberMember(body, "maxMs"),
      };
      return {
        status: 200,
        headers: {
          "content-type": format === "openmetrics" ? OPENMETRICS : contentTypeOf(format),
          "cache-control": "no-store",
        },
        body: await afterFirstChunk(control.exportSamples(wanted, request.signal)),
      };
    },
  );
}

const OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const FORMATS: readonly ExportFormat[] = ["openmetrics", ...RESULT_FORMATS];

function formatOf(value: unknown): ExportFormat {
  const format = FORMATS.find((name) => name === value);
  if (format !== undefined) return format;
  throw new HttpRefusal("invalid_request", `«format» is none of ${FORMATS.join(", ")}.`);
}
