import { type Matcher, METRIC_NAME } from "#model";
import { isReserved } from "./keywords.ts";

const PLAIN_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The selector's canonical text: the same conditions in the same order; the metric's name before
 * the braces where it can stand there. `parseSelector` of it gives the same matchers back.
 */
export function printSelector(matchers: readonly Matcher[]): string {
  const names = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const [name] = names;
  const isOutside =
    name?.operator === "=" &&
    names.length === 1 &&
    PLAIN_METRIC_NAME.test(name.value) &&
    !isReserved(name.value);
  const rest = isOutside ? matchers.filter((matcher) => matcher !== name) : matchers;
  const inside = rest.map(printMatcher).join(",");
  if (!isOutside) return `{${inside}}`;
  return rest.length === 0 ? name.value : `${name.value}{${inside}}`;
}

/** `name="value"`; the name is quoted where it is not a plain one. */
function printMatcher(matcher: Matcher): string {
  const name = PLAIN_LABEL_NAME.test(matcher.name) ? matcher.name : JSON.stringify(matcher.name);
  // JSON's escapes are a part of Go's.
  return `${name}${matcher.operator}${JSON.stringify(matcher.value)}`;
}
