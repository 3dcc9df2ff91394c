import { OperatingError } from "#lib/operating-error";

type QueryErrorCode =
  | "promql_execution"
  | "promql_expression_type"
  | "promql_canceled"
  | "promql_timeout"
  | "promql_too_many_samples"
  | "promql_too_much_memory";

/**
 * Why a well-formed query has no answer. `promql_execution`: the data does not allow it;
 * `promql_expression_type`: an expression of this type has no place there; canceled, timed out, too
 * many samples, too much memory: the limits of the query.
 */
export class PromqlQueryError extends OperatingError {
  declare readonly code: QueryErrorCode;
}

/** The usual case. */
export function executionError(message: string): PromqlQueryError {
  return new PromqlQueryError("promql_execution", message);
}

export function sampleLimitError(): PromqlQueryError {
  return new PromqlQueryError(
    "promql_too_many_samples",
    "query processing would load too many samples into memory in query execution",
  );
}

/** Few samples can need much memory: a column has room for every step, whether it is filled or not. */
export function memoryLimitError(bytesMax: number): PromqlQueryError {
  const mebibytes = Math.floor(bytesMax / 2 ** 20);
  return new PromqlQueryError(
    "promql_too_much_memory",
    `query processing would take more than ${mebibytes} MiB of memory in query execution: ask for fewer series, or for a longer step`,
  );
}
