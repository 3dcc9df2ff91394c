import { OperatingError } from "#lib/operating-error";

/**
 * Why a well-formed query has no answer. `execution`: the data does not allow it; `canceled`,
 * `timeout`, `too_many_samples`: the limits of the query.
 */
export class PromqlQueryError extends OperatingError {
  constructor(
    code: "promql_execution" | "promql_canceled" | "promql_timeout" | "promql_too_many_samples",
    message: string,
  ) {
    super(code, message);
  }
}

/** The usual case. */
export function executionError(message: string): PromqlQueryError {
  return new PromqlQueryError("promql_execution", message);
}
