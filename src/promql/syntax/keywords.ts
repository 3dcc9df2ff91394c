import type { AggregationOperator } from "./ast/aggregation.ts";

/**
 * The words with a meaning of their own. They are read without regard to case, and most of them may
 * still name a metric or a label where nothing else can stand: the lists below say which (the rules
 * `metric_identifier` and `maybe_label` of Prometheus' grammar).
 */
const OPERATOR_WORDS = ["and", "or", "unless", "atan2"] as const;

const AGGREGATION_WORDS: readonly AggregationOperator[] = [
  "avg",
  "bottomk",
  "count",
  "count_values",
  "group",
  "limit_ratio",
  "limitk",
  "max",
  "min",
  "quantile",
  "stddev",
  "stdvar",
  "sum",
  "topk",
];

const MODIFIER_WORDS = [
  "anchored",
  "bool",
  "by",
  "fill",
  "fill_left",
  "fill_right",
  "group_left",
  "group_right",
  "ignoring",
  "offset",
  "on",
  "smoothed",
  "without",
] as const;

/** Functions that also stand in durations or after `@`. */
const CALL_WORDS = ["start", "end", "step", "range", "min_of", "max_of"] as const;

export type OperatorWord = (typeof OPERATOR_WORDS)[number];
export type ModifierWord = (typeof MODIFIER_WORDS)[number];
export type CallWord = (typeof CALL_WORDS)[number];
export type Keyword = OperatorWord | AggregationOperator | ModifierWord | CallWord;

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  [...OPERATOR_WORDS, ...AGGREGATION_WORDS, ...MODIFIER_WORDS, ...CALL_WORDS].map((word) => [
    word,
    word,
  ]),
);

const OPERATORS: ReadonlySet<string> = new Set(OPERATOR_WORDS);
const AGGREGATIONS: ReadonlySet<string> = new Set(AGGREGATION_WORDS);
const CALLS: ReadonlySet<string> = new Set(CALL_WORDS);

/** Of the keywords, those that cannot be a metric's name. */
const NOT_A_METRIC: ReadonlySet<string> = new Set([
  "bool",
  "on",
  "ignoring",
  "group_left",
  "group_right",
  "atan2",
]);

/** The keyword that a word is; undefined for any other word. */
export function keywordOf(word: string): Keyword | undefined {
  // No keyword is longer, and most words that are asked for are names of metrics.
  return word.length > 12 ? undefined : KEYWORDS.get(word.toLowerCase());
}

export function isOperatorWord(kind: string): kind is OperatorWord {
  return OPERATORS.has(kind);
}

export function isAggregation(kind: string): kind is AggregationOperator {
  return AGGREGATIONS.has(kind);
}

export function isCallWord(kind: string): kind is CallWord {
  return CALLS.has(kind);
}

/** True for keywords only: whether this one may name a metric. */
export function mayNameMetric(keyword: Keyword): boolean {
  return !NOT_A_METRIC.has(keyword);
}

/** True for keywords only: whether this one may stand in `by (…)`. */
export function mayNameLabel(keyword: Keyword): boolean {
  return keyword !== "without";
}

/** `inf` and `nan` are numbers, in any case. */
export function isNumberWord(word: string): boolean {
  return word.length === 3 && /^(?:inf|nan)$/i.test(word);
}

/** Whether a plain word cannot stand for a metric's name outside quotes. */
export function isReserved(word: string): boolean {
  const keyword = keywordOf(word);
  return isNumberWord(word) || (keyword !== undefined && !mayNameMetric(keyword));
}
