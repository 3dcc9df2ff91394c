import { errorResponse } from "#http";
import { toWireLine } from "./json-lines.ts";
import type { OpenEndpoint } from "../endpoint.ts";
import { SURFACES } from "../surfaces.ts";
import type { ControlApi, Json } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { readJsonObject, textMember } from "./read-json.ts";

/**
 * Answers with JSON lines as the copy goes on. The last line is `{"done": true}`, or the error's
 * body under `failed`: a copy that breaks halfway must not look finished.
 */
export function postBackup(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "POST",
    "/backup",
    "Copies the store consistently while it runs; answers with JSON lines of progress.",
    async (request) => {
      const folder = textMember(await readJsonObject(request), "folder");
      return {
        status: 200,
        headers: { "content-type": "application/x-ndjson", "cache-control": "no-store" },
        body: progressLines(control.backup(folder, request.signal)),
      };
    },
  );
}

async function* progressLines(steps: AsyncIterable<Json>): AsyncGenerator<Uint8Array> {
  try {
    for await (const step of steps) yield toWireLine(step);
    yield toWireLine({ done: true });
  } catch (error) {
    const { body } = errorResponse(error, SURFACES.control.errorShape);
    yield Buffer.from(`{"failed":${typeof body === "string" ? body.trimEnd() : "null"}}\n`);
  }
}
