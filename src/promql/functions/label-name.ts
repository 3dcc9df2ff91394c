import { executionError } from "../eval/query-error.ts";
import { goQuote } from "../syntax/go-quote.ts";

/** Any UTF-8 text but the empty one. Bytes that are none are lexed as lone surrogates. */
export function isLabelName(name: string): boolean {
  return name !== "" && name.isWellFormed();
}

export function requireLabelName(name: string, functionName: string): void {
  if (isLabelName(name)) return;
  throw executionError(`invalid destination label name in ${functionName}(): ${goQuote(name)}`);
}
