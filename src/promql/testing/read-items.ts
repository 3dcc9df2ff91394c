import { addHistograms, subtractHistograms } from "../histogram/arithmetic.ts";
import { HistogramTextError, parseHistogramText } from "../histogram/histogram-text.ts";
import { durationValue, numberValue } from "../syntax/number-text.ts";
import type { ScriptItem } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";
import { SERIES_ITEMS_MAX } from "./script-limits.ts";

/**
 * The points of a series line: `_`, `_x3`, `stale`, `5`, `5x3` (four fives), `1+2x3` (1 3 5 7), and
 * the same with histograms. Hexadecimal is not allowed, so `0x10` is eleven zeros.
 */
const NUMBER =
  /(?:\d+(?:ms|[smhdwy](?![a-z]))(?:\d+(?:ms|[smhdw]))*|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN])/
    .source;
const HISTOGRAM = /\{\{[^}]*\}\}/.source;
const TIMES = /(?:x(\d+))?(?=\s|$)/.source;

const BLANK_ITEM = new RegExp(`_${TIMES}`, "y");
const STALE_ITEM = new RegExp(`stale${TIMES}`, "y");
const NUMBER_ITEM = new RegExp(`([+-]?${NUMBER})([+-]${NUMBER})?${TIMES}`, "y");
const HISTOGRAM_ITEM = new RegExp(`(${HISTOGRAM})(?:([+-])(${HISTOGRAM}))?${TIMES}`, "y");

export function readItems(text: string, line: number): readonly ScriptItem[] {
  const items: ScriptItem[] = [];
  let at = skipBlank(text, 0);
  while (at < text.length) {
    const { made, end } = readItem(text, at, line);
    for (const item of made) items.push(item);
    if (items.length > SERIES_ITEMS_MAX) {
      throw new PromqlScriptError(line, `a series has more than ${SERIES_ITEMS_MAX} items`);
    }
    at = skipBlank(text, end);
  }
  return items;
}

interface ReadItem {
  readonly made: readonly ScriptItem[];
  readonly end: number;
}

function readItem(text: string, at: number, line: number): ReadItem {
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const blank = match(BLANK_ITEM);
  if (blank !== null) {
    const count = blank[1] === undefined ? 1 : countOf(blank[1], line);
    return { made: repeated({ kind: "missing" }, count), end: at + blank[0].length };
  }
  const stale = match(STALE_ITEM);
  if (stale !== null) {
    return {
      made: repeated({ kind: "stale" }, pointsOf(stale[1], line)),
      end: at + stale[0].length,
    };
  }
  const number = match(NUMBER_ITEM);
  if (number !== null) return { made: numberItems(number, line), end: at + number[0].length };
  const histogram = match(HISTOGRAM_ITEM);
  if (histogram !== null) {
    return { made: histogramItems(histogram, line), end: at + histogram[0].length };
  }
  const shown = JSON.stringify(text.slice(at).split(/\s/, 1)[0]);
  throw new PromqlScriptError(line, `cannot read the series value ${shown}`);
}

/** `axN` stands for N + 1 points: the first, and N more. */
function pointsOf(times: string | undefined, line: number): number {
  return times === undefined ? 1 : countOf(times, line) + 1;
}

function countOf(text: string, line: number): number {
  const count = Number(text);
  if (count > SERIES_ITEMS_MAX) throw new PromqlScriptError(line, `x${text} is too many items`);
  return count;
}

function repeated(item: ScriptItem, count: number): readonly ScriptItem[] {
  return Array.from({ length: count }, () => item);
}

function numberItems(match: RegExpExecArray, line: number): readonly ScriptItem[] {
  const [text, base = "", increment, times] = match;
  if (increment !== undefined && times === undefined) {
    throw new PromqlScriptError(line, `${JSON.stringify(text)} does not say how many values`);
  }
  const step = increment === undefined ? 0 : toNumber(increment);
  const made: ScriptItem[] = [];
  let value = toNumber(base);
  for (let i = pointsOf(times, line); i > 0; i--) {
    made.push({ kind: "float", value });
    // Added again and again: a product would round differently.
    if (increment !== undefined) value += step;
  }
  return made;
}

function toNumber(text: string): number {
  const plain = text.replace(/^[+-]/, "");
  const duration = /^\d+[smhdwy]/.test(plain) ? durationValue(plain) : null;
  const value = duration?.ok === true ? duration.seconds : numberValue(plain);
  return text.startsWith("-") ? -value : value;
}

function histogramItems(match: RegExpExecArray, line: number): readonly ScriptItem[] {
  const [, baseText = "", sign, incrementText, times] = match;
  const base = toHistogram(baseText, line);
  if (sign === undefined || incrementText === undefined) {
    return repeated({ kind: "histogram", ...base }, pointsOf(times, line));
  }
  if (times === undefined) throw new PromqlScriptError(line, "histograms do not say how many");
  const increment = toHistogram(incrementText, line);
  if (base.histogram.schema > increment.histogram.schema) {
    const schemas = `${increment.histogram.schema} to ${base.histogram.schema}`;
    throw new PromqlScriptError(line, `cannot combine histograms from schema ${schemas}`);
  }
  const combine = sign === "+" ? addHistograms : subtractHistograms;
  const { statesHint } = increment;
  const made: ScriptItem[] = [];
  let { histogram } = base;
  made.push({ kind: "histogram", histogram, statesHint });
  for (let i = countOf(times, line); i > 0; i--) {
    const combined = combine(histogram, increment.histogram).histogram;
    if (combined === null) throw new PromqlScriptError(line, "histograms cannot be combined");
    histogram = combined;
    made.push({ kind: "histogram", histogram, statesHint });
  }
  return made;
}

function toHistogram(text: string, line: number): ReturnType<typeof parseHistogramText> {
  try {
    return parseHistogramText(text);
  } catch (error) {
    if (error instanceof HistogramTextError) throw new PromqlScriptError(line, error.message);
    throw error;
  }
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (text[at] === " " || text[at] === "\t") at += 1;
  return at;
}
