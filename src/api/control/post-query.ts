import { HttpRefusal } from "#http";
import { answerQuery } from "../query/query-endpoint.ts";
import { readAnyQueryTime } from "../query/read-query.ts";
import type { OpenEndpoint } from "../endpoint.ts";
import type { ControlApi } from "./control-api.ts";
import { controlEndpoint } from "./control-endpoint.ts";
import { readJsonObject } from "./read-json.ts";

/** The operator's queries: over everything that is stored, in a share of the threads of their own. */
const OPERATOR = { view: "everything", tenant: "operator" } as const;

/** The parameters of `/api/v1/query`, or of `query_range` where there is a start, as members. */
export function postQuery(control: ControlApi): OpenEndpoint {
  return controlEndpoint(
    "POST",
    "/query",
    "A PromQL expression over everything that is stored, in any format.",
    async (request) => {
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries(await readJsonObject(request))) {
        if (typeof value !== "string") {
          throw new HttpRefusal("invalid_request", `«${name}» is no text: all parameters are.`);
        }
        parameters.set(name, value);
      }
      const time = readAnyQueryTime(parameters, control.queries.nowMs());
      return answerQuery(control.queries, request, OPERATOR, parameters, time);
    },
  );
}
