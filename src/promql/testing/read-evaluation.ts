import type { Labels } from "#model";
import { readDuration } from "./read-duration.ts";
import { readExpectedString } from "./read-expected-string.ts";
import { ANYTHING, exactly, matching } from "./text-test.ts";
import type { Block } from "./read-script.ts";
import { readSeriesLine } from "./read-series-line.ts";
import type { EvaluationCommand, ScriptItem, ScriptRange, TextTest } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

const INSTANT_HEAD = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?)\s+)?(.+)$/;
const RANGE_HEAD =
  /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;
const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const OLD_FAILURE = /^expected_fail_(message|regexp)\s*(.*)$/;

/** An evaluation that is being read: head first, then line by line. */
interface Draft {
  range: ScriptRange | null;
  isRangeVector: boolean;
  isOrdered: boolean;
  failure: TextTest | null;
  text: string | null;
  scalar: number | null;
  readonly warnings: TextTest[];
  readonly infos: TextTest[];
  hasNoWarnings: boolean;
  hasNoInfos: boolean;
  readonly series: { readonly labels: Labels; readonly items: readonly ScriptItem[] }[];
}

/** `eval …` with the expectations and the result below it. */
export function readEvaluation({ head, line, body }: Block): EvaluationCommand {
  const instant = INSTANT_HEAD.exec(head);
  const range = instant === null ? RANGE_HEAD.exec(head) : null;
  const draft = emptyDraft();
  let query = "";
  let timeMs = 0;
  if (instant !== null) {
    const [, modifier, at, text = ""] = instant;
    query = text;
    timeMs = at === undefined ? 0 : readDuration(at, "timestamp", line);
    applyWord(draft, modifier, ANYTHING);
  } else if (range !== null) {
    const [, modifier, from = "", to = "", step = "", text = ""] = range;
    query = text;
    draft.range = readRange(from, to, step, line);
    timeMs = draft.range.endMs;
    applyWord(draft, modifier, ANYTHING);
  } else {
    throw new PromqlScriptError(line, `invalid evaluation command: ${HEAD_FORMS}`);
  }
  readBody(draft, body, line, range !== null);
  if (draft.isRangeVector && draft.range !== null) timeMs = draft.range.endMs;
  return {
    kind: "evaluation",
    line,
    query,
    isRange: range !== null,
    timeMs,
    range: draft.range,
    expected: {
      isOrdered: draft.isOrdered,
      failure: draft.failure,
      warnings: draft.hasNoWarnings ? "none" : draft.warnings,
      infos: draft.hasNoInfos ? "none" : draft.infos,
      scalar: draft.scalar,
      text: draft.text,
      series: draft.series,
    },
  };
}

const HEAD_FORMS =
  '"eval[_fail|_warn|_ordered|_info] instant [at <time>] <query>" or "eval[_fail|_warn|_info] range from <time> to <time> step <duration> <query>"';

function emptyDraft(): Draft {
  return {
    range: null,
    isRangeVector: false,
    isOrdered: false,
    failure: null,
    text: null,
    scalar: null,
    warnings: [],
    infos: [],
    hasNoWarnings: false,
    hasNoInfos: false,
    series: [],
  };
}

function readRange(from: string, to: string, step: string, line: number): ScriptRange {
  const startMs = readDuration(from, "start timestamp", line);
  const endMs = readDuration(to, "end timestamp", line);
  const stepMs = readDuration(step, "step", line);
  if (endMs < startMs) {
    throw new PromqlScriptError(line, `end timestamp (${to}) is before start timestamp (${from})`);
  }
  return { startMs, endMs, stepMs };
}

function readBody(draft: Draft, body: readonly string[], line: number, isRange: boolean): void {
  for (const [i, text] of body.entries()) {
    const at = line + 1 + i;
    if (readExpectation(draft, text, at)) continue;
    const scalar = readNumber(text);
    if (scalar !== null) {
      draft.scalar = scalar;
      continue;
    }
    const { labels, items } = readSeriesLine(text, at);
    if (!isRange && !draft.isRangeVector && items.length !== 1) {
      const reason =
        'an instant query gives one value a series, unless "expect range vector" is said';
      throw new PromqlScriptError(at, reason);
    }
    draft.series.push({ labels, items });
  }
}

/** Whether the line says what to expect beside the result. */
function readExpectation(draft: Draft, text: string, line: number): boolean {
  const old = OLD_FAILURE.exec(text);
  if (old !== null && draft.failure !== null) {
    const [, kind, pattern = ""] = old;
    draft.failure = kind === "message" ? exactly(pattern) : matching(pattern, line);
    return true;
  }
  if (text.startsWith("expect range vector")) {
    const match = RANGE_VECTOR.exec(text);
    if (match === null)
      throw new PromqlScriptError(line, `invalid range vector definition: ${text}`);
    const [, from = "", to = "", step = ""] = match;
    draft.range = readRange(from, to, step, line);
    draft.isRangeVector = true;
    return true;
  }
  if (text.startsWith("expect string")) {
    draft.text = readExpectedString(text.slice("expect string".length), line);
    return true;
  }
  if (text.split(" ", 1)[0] !== "expect") return false;
  const match = EXPECT.exec(text);
  if (match === null) {
    throw new PromqlScriptError(line, `invalid expect statement: ${JSON.stringify(text)}`);
  }
  const [, word, kind, detail = ""] = match;
  const trimmed = detail.trim();
  const test =
    kind === undefined ? ANYTHING : kind === "msg" ? exactly(trimmed) : matching(trimmed, line);
  if (word === "fail" && draft.failure !== null) {
    throw new PromqlScriptError(line, "multiple expect fail lines are not allowed");
  }
  applyWord(draft, word, test);
  if (draft.hasNoWarnings && draft.warnings.length > 0) {
    throw new PromqlScriptError(line, "warn and no_warn cannot be used together");
  }
  if (draft.hasNoInfos && draft.infos.length > 0) {
    throw new PromqlScriptError(line, "info and no_info cannot be used together");
  }
  return true;
}

/** The words of `eval_…` and `expect …` mean the same. */
function applyWord(draft: Draft, word: string | undefined, test: TextTest): void {
  if (word === "ordered") draft.isOrdered = true;
  else if (word === "fail") draft.failure = test;
  else if (word === "warn") draft.warnings.push(test);
  else if (word === "info") draft.infos.push(test);
  else if (word === "no_warn") draft.hasNoWarnings = true;
  else if (word === "no_info") draft.hasNoInfos = true;
}

/** A line that is a number alone, as Go reads integers and floats. */
function readNumber(text: string): number | null {
  const plain = text.replace(/^[+-]/, "");
  const isNumber = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(plain);
  const isSpecial = /^(?:inf|infinity|nan)$/i.test(plain);
  if (!isNumber && !isSpecial) return null;
  const value = isSpecial ? (/^n/i.test(plain) ? NaN : Infinity) : Number(plain);
  return text.startsWith("-") ? -value : value;
}
