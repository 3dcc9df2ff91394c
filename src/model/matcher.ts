import { compileWholeMatch } from "./whole-match.ts";

/** How a label's value is tested; the four operators of PromQL's selectors. */
export type MatchOperator = "=" | "!=" | "=~" | "!~";

/** One condition of a selector. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  /** The text to equal, or an RE2 expression that must match the whole value. */
  readonly value: string;
}

/** Tests a label's value; a missing label is tested as "". */
export type ValueTest = (value: string) => boolean;

/** Throws where the expression is not valid RE2. */
export function compileMatcher(matcher: Matcher): ValueTest {
  const { value } = matcher;
  switch (matcher.operator) {
    case "=":
      return (candidate) => candidate === value;
    case "!=":
      return (candidate) => candidate !== value;
    case "=~":
      return compileWholeMatch(value);
    case "!~": {
      const matches = compileWholeMatch(value);
      return (candidate) => !matches(candidate);
    }
  }
}
