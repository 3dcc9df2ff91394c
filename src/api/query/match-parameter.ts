import { OperatingError } from "#lib/operating-error";
import { compileMatcher, type Matcher } from "#model";
import { parseSelector } from "#promql";
import { invalidParameter } from "./parameter-error.ts";

/** Every `match[]`: the series that one of them selects are meant. */
export function readSelectors(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  return parameters.getAll("match[]").map((text) => {
    const matchers = readSelector("match[]", text);
    if (matchers.every((matcher) => compileMatcher(matcher)(""))) {
      throw invalidParameter("match[]", "match[] must contain at least one non-empty matcher");
    }
    return matchers;
  });
}

/** One selector, without what only queries may have: offsets, ranges. */
export function readSelector(parameter: string, text: string): readonly Matcher[] {
  try {
    const { matchers } = parseSelector(text);
    return matchers.map(({ name, operator, value }) => ({ name, operator, value }));
  } catch (error) {
    if (error instanceof OperatingError) throw invalidParameter(parameter, error.message);
    throw error;
  }
}
