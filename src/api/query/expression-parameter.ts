import { OperatingError } from "#lib/operating-error";
import { ALL_PARSER_OPTIONS, type Expression, parseExpression } from "#promql";
import { invalidParameter } from "./parameter-error.ts";

/** The parameter `query`, read but not run: with every part of the language, on or not. */
export function readExpression(parameters: URLSearchParams): Expression {
  try {
    return parseExpression(parameters.get("query") ?? "", ALL_PARSER_OPTIONS);
  } catch (error) {
    if (error instanceof OperatingError) throw invalidParameter("query", error.message);
    throw error;
  }
}
