import type { GuardedEndpoint } from "../endpoint.ts";
import { emptyAnswer } from "./empty-answer.ts";

/** `/api/v1/alertmanagers`: none, as there are no rules here. */
export function getAlertmanagers(): GuardedEndpoint {
  return emptyAnswer(
    "/api/v1/alertmanagers",
    { activeAlertmanagers: [], droppedAlertmanagers: [] },
    "Alertmanagers; there are none.",
  );
}
