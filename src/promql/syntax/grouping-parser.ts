import { goQuote } from "./go-quote.ts";
import { keywordOf, mayNameLabel } from "./keywords.ts";
import type { TokenReader } from "./token-reader.ts";
import { isBrokenText, unquote } from "./unquote.ts";

const CONTEXT = "grouping opts";

/** `(a, "b.c", by,)`: the labels after `by`, `on`, `group_left` and the like, in order. */
export function readGroupingLabels(reader: TokenReader): {
  readonly labels: readonly string[];
  readonly end: number;
} {
  if (reader.takeIf("(") === null) reader.failUnexpected(CONTEXT, '"("');
  const labels: string[] = [];
  while (!reader.is(")")) {
    labels.push(readLabel(reader));
    if (reader.takeIf(",") === null && !reader.is(")")) {
      reader.failUnexpected(CONTEXT, '"," or ")"');
    }
  }
  return { labels, end: reader.take().position.end };
}

function readLabel(reader: TokenReader): string {
  const { kind, text, position } = reader.token;
  if (kind === "string") {
    const label = unquote(text);
    if (label === "" || isBrokenText(label)) {
      reader.fail(position, `invalid label name for grouping: ${goQuote(label)}`);
    }
    reader.take();
    return label;
  }
  const keyword = keywordOf(kind);
  const isLabel =
    kind === "identifier" ||
    kind === "metricIdentifier" ||
    (keyword !== undefined && mayNameLabel(keyword));
  if (!isLabel) reader.failUnexpected(CONTEXT, "label");
  reader.take();
  return text;
}
