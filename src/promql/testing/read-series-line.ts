import { type Labels, labelsOf } from "#model";
import { MatcherParser } from "../syntax/matcher-parser.ts";
import { PromqlSyntaxError } from "../syntax/promql-syntax-error.ts";
import { TokenReader } from "../syntax/token-reader.ts";
import { readItems } from "./read-items.ts";
import type { ScriptItem } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

/** `name{label="v"} 1 2+1x5`: labels and points. */
export function readSeriesLine(
  text: string,
  line: number,
): { readonly labels: Labels; readonly items: readonly ScriptItem[] } {
  const { metric, values } = splitSeriesLine(text, line);
  return { labels: readLabels(metric, line), items: readItems(values, line) };
}

/** Name and labels, without a blank between them, or one alone; then the points. */
const METRIC =
  /^(?:[a-zA-Z_:][a-zA-Z0-9_:]*)?(?:\{(?:[^"'`{}]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)*\})?(?:@st)?(?=\s|$)/;

/** The two parts of a line; the metric with its `@st` where it has one. */
export function splitSeriesLine(
  text: string,
  line: number,
): { readonly metric: string; readonly values: string } {
  const metric = METRIC.exec(text)?.[0] ?? "";
  if (metric === "") {
    throw new PromqlScriptError(line, `cannot read a series from ${JSON.stringify(text)}`);
  }
  return { metric, values: text.slice(metric.length) };
}

function readLabels(metric: string, line: number): Labels {
  try {
    const reader = new TokenReader(metric);
    const parser = new MatcherParser(reader);
    if (!reader.is("{")) {
      const name = reader.take();
      parser.addName(name.text, name.position);
    }
    if (reader.takeIf("{") !== null) parser.readBraces();
    const byName = new Map(parser.matchers.map(({ name, value }) => [name, value]));
    if (parser.matchers.some(({ operator }) => operator !== "=")) {
      throw new PromqlScriptError(line, 'labels of a series are given with "="');
    }
    return labelsOf(byName);
  } catch (error) {
    if (error instanceof PromqlSyntaxError) throw new PromqlScriptError(line, error.message);
    throw error;
  }
}
