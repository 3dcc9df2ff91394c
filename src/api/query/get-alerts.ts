import type { GuardedEndpoint } from "../endpoint.ts";
import { emptyAnswer } from "./empty-answer.ts";

/** `/api/v1/alerts`: none, as there are no rules here. */
export function getAlerts(): GuardedEndpoint {
  return emptyAnswer("/api/v1/alerts", { alerts: [] }, "Alerts; there are none.");
}
