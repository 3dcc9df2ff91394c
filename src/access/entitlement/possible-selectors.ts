import { compileMatcher, type Matcher } from "#model";

type Selector = readonly Matcher[];

/**
 * Leaves out selectors that cannot have a series in common with the query: those that want a label
 * to equal a text that the query does not admit. An entitlement may name a thousand metrics, and a
 * query mostly one.
 *
 * Before: `a{tenant="x"}`, `b{tenant="x"}` for the query `b{code="200"}`. After: `b{tenant="x"}`.
 */
export function possibleSelectors(
  selectors: readonly Selector[],
  matchers: readonly Matcher[],
): readonly Selector[] {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }));
  return selectors.filter((selector) =>
    selector.every(
      ({ name, operator, value }) =>
        operator !== "=" || tests.every((wanted) => wanted.name !== name || wanted.test(value)),
    ),
  );
}
