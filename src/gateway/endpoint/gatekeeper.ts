import type { JsonObject } from "../json/parse-json.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import type { EndpointRequest } from "./endpoint-handler.ts";

/** Whether a request may go on, and what is known of it then. */
export type Admission =
  | {
      readonly kind: "admitted";
      readonly claims: JsonObject | null;
      /** For backends, whatever the endpoint lets through. */
      readonly headers: HeaderValues;
    }
  | { readonly kind: "refused"; readonly status: number; readonly headers: HeaderValues };

export type Gatekeeper = (
  request: EndpointRequest,
  parameters: Readonly<Record<string, string>>,
) => Admission | Promise<Admission>;

export const ADMITTED: Admission = { kind: "admitted", claims: null, headers: {} };

export function refused(status: number, headers: HeaderValues = {}): Admission {
  return { kind: "refused", status, headers };
}
