import { AssertionError } from "#lib/assert";

/** What the type checker has promised is there. */
export function required<T>(value: T | undefined): T {
  if (value === undefined) throw new AssertionError("the type checker let a missing value through");
  return value;
}
