import { executionError } from "../eval/query-error.ts";

/** Label names are any UTF-8 text but the empty one. A byte that is no UTF-8 is lexed as U+FFFD. */
export function requireLabelName(name: string, functionName: string): void {
  if (name !== "" && name.isWellFormed() && !name.includes("\u{fffd}")) return;
  throw executionError(`invalid destination label name in ${functionName}(): ${name}`);
}
