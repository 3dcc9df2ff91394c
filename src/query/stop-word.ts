import { OperatingError } from "#lib/operating-error";

/** Values of the word through which a query thread is told to stop; 0 lets it work. */
export const STOP_CANCELED = 1;

export function stopError(reason: "canceled" | "timeout"): OperatingError {
  return reason === "timeout"
    ? new OperatingError("promql_timeout", "query timed out in expression evaluation")
    : new OperatingError("promql_canceled", "query was canceled in expression evaluation");
}
