import { type Labels, labelPairs } from "#model";
import { goQuote } from "../syntax/go-quote.ts";

const PLAIN_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** As Prometheus' messages show label sets: all labels between the braces, the metric's name too. */
export function describeLabels(labels: Labels): string {
  const parts = Array.from(
    labelPairs(labels),
    ([name, value]) => `${PLAIN_NAME.test(name) ? name : goQuote(name)}=${goQuote(value)}`,
  );
  return `{${parts.join(", ")}}`;
}
