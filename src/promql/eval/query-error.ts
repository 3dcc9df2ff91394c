import { OperatingError } from "#lib/operating-error";

type QueryErrorCode =
  | "promql_execution"
  | "promql_expression_type"
  | "promql_canceled"
  | "promql_timeout"
  | "promql_too_many_samples";

/**
 * Why a well-formed query has no answer. `promql_execution`: the data does not allow it;
 * `promql_expression_type`: an expression of this type has no place there; canceled,
 * timed out, too many samples: the limits of the query.
 */
export class PromqlQueryError extends OperatingError {
  declare readonly code: QueryErrorCode;
}

/** The usual case. */
export function executionError(message: string): PromqlQueryError {
  return new PromqlQueryError("promql_execution", message);
}
