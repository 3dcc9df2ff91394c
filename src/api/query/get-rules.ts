import type { GuardedEndpoint } from "../endpoint.ts";
import { emptyAnswer } from "./empty-answer.ts";

/** `/api/v1/rules`: none, as there are no rules here. */
export function getRules(): GuardedEndpoint {
  return emptyAnswer("/api/v1/rules", { groups: [] }, "Rules; there are none.");
}
