import { compileMatcher, type Labels, labelValue, type Matcher, METRIC_NAME } from "#model";
import { printSelector } from "#promql";
import type { CompiledEntitlement } from "./compile-entitlement.ts";
import type { EntitlementExplanation } from "./explain-entitlement.ts";

/** Without these labels the series of a histogram or summary mean nothing. */
const STRUCTURAL_LABELS = ["le", "quantile"];

type Counter = (test: (labels: Labels) => boolean) => number;

type Explained = Pick<
  EntitlementExplanation,
  "selectors" | "seriesCount" | "dropped" | "renamed" | "collisionCount"
>;

/** What somebody who gives the entitlement may not have meant. */
export function warningsOf(
  compiled: CompiledEntitlement,
  explained: Explained,
  countAdmitted: Counter,
): readonly string[] {
  if (compiled.selectors.length === 0) return ["There are no selectors: the tenant sees nothing."];
  return [
    ...compiled.selectors.flatMap((matchers) => selectorWarnings(matchers, countAdmitted)),
    ...explained.selectors
      .filter(({ series }) => series === 0)
      .map(({ selector }) => `Selector ${selector} matches no series at present.`),
    ...labelWarnings(explained),
    ...collisionWarnings(compiled, explained.collisionCount),
  ];
}

function selectorWarnings(matchers: readonly Matcher[], countAdmitted: Counter): readonly string[] {
  const selector = printSelector(matchers);
  const warnings: string[] = [];
  if (!matchers.some((m) => m.name === METRIC_NAME && m.operator !== "!=" && m.operator !== "!~")) {
    warnings.push(
      `Selector ${selector} admits metrics of any name, also ones that are still to come.`,
    );
  }
  const tests = matchers.map((matcher) => [matcher, compileMatcher(matcher)] as const);
  for (const [matcher, test] of tests) {
    if (matcher.name === METRIC_NAME || matcher.operator === "=" || !test("")) continue;
    const lacking = countAdmitted(
      (labels) =>
        labelValue(labels, matcher.name) === "" &&
        tests.every(([other, holds]) => holds(labelValue(labels, other.name))),
    );
    // A negation admits them by its nature; it is worth a word only where there are some.
    if (lacking === 0 && matcher.operator !== "=~") continue;
    warnings.push(
      `Selector ${selector} also admits series without the label ${JSON.stringify(matcher.name)}, ` +
        `at present ${lacking}: PromQL takes a missing label for an empty one. ` +
        `Add ${matcher.name}!="" to shut them out.`,
    );
  }
  return warnings;
}

function labelWarnings({ dropped, renamed }: Explained): readonly string[] {
  const lost = [...dropped.map((drop) => ({ ...drop, from: drop.label })), ...renamed];
  return [
    ...lost
      .filter(({ from, series }) => STRUCTURAL_LABELS.includes(from) && series > 0)
      .map(({ from }) => `Without the label ${from} histograms and summaries cannot be read.`),
    ...renamed
      .filter(({ replacing }) => replacing > 0)
      .map(
        ({ from, to, replacing }) =>
          `In ${replacing} series the label ${JSON.stringify(to)} is replaced by ` +
          `${JSON.stringify(from)}.`,
      ),
  ];
}

function collisionWarnings(compiled: CompiledEntitlement, count: number): readonly string[] {
  if (count === 0) return [];
  return compiled.onCollision === "refuse"
    ? [
        `${count} series look like another one, so every request is refused: drop fewer labels, or set the collision policy to sum or max.`,
      ]
    : [`${count} series are merged into another one (${compiled.onCollision}).`];
}
