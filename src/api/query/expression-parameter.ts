import { OperatingError } from "#lib/operating-error";
import { ALL_PARSER_OPTIONS, type Expression, parseExpression } from "#promql";
import type { HttpRefusal } from "#http";
import { invalidParameter } from "./parameter-error.ts";

/** The parameter `query`, read but not run: with every part of the language, on or not. */
export function readExpression(
  parameters: URLSearchParams,
  refuse: (reason: string) => HttpRefusal = named,
): Expression {
  try {
    return parseExpression(parameters.get("query") ?? "", ALL_PARSER_OPTIONS);
  } catch (error) {
    if (error instanceof OperatingError) throw refuse(error.message);
    throw error;
  }
}

function named(reason: string): HttpRefusal {
  return invalidParameter("query", reason);
}
