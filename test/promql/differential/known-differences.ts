import type { Answer, Question } from "./answer.ts";

/** Where a version of Prometheus answers otherwise than the newest, which is what we follow. */
export interface KnownDifference {
  readonly reason: string;
  /** Whether a difference that was found is this one. */
  readonly explains?: (question: Question, difference: string) => boolean;
  /** Annotations that are newer than the version. */
  readonly isNewAnnotation?: (text: string) => boolean;
  /** Makes texts of errors and annotations comparable. */
  readonly rewrite?: (text: string) => string;
}

/**
 * What Go and JavaScript compute with other last digits: transcendental functions; means of
 * histograms, whose compensation is newer than 3.5; and what depends on the order of series.
 */
export const LAST_DIGIT_DIFFERS =
  /\^|atan2|a?(?:sin|cos|tan)h?\(|exp|ln|log|histogram|(?:native|custom)_seconds|mixed|std|deriv|predict|quantile|\b(?:sum|avg)\b/;

/** In every version: chance, or what Go's sorting makes of an order that is none. */
const ALWAYS: readonly KnownDifference[] = [
  {
    reason:
      "in range queries operators hand on their series in random order, and of equal values the first are chosen",
    explains: ({ query, stepMs }) =>
      (stepMs !== null || /histogram_(?:quantile|fraction)|count_values|\dm:/.test(query)) &&
      /topk|bottomk|limitk/.test(query),
  },
  {
    reason: "and of several groups with duplicate series the first is named",
    explains: ({ query, stepMs }, difference) =>
      (stepMs !== null || query.includes("m:") || query.includes("histogram_")) &&
      difference.match(/found duplicate series/g)?.length === 2,
  },
  {
    reason: "count_values makes labels of values whose last digit differs",
    explains: ({ query }) => query.includes("count_values") && LAST_DIGIT_DIFFERS.test(query),
  },
  {
    reason:
      "timestamp() of a selector with @ and offset looks at other samples than those fetched for it",
    explains: ({ query }) =>
      /timestamp\(/.test(query) && query.includes(" @ ") && query.includes(" offset "),
  },
  {
    reason: "and warnings tell of such values",
    explains: (_, difference) => /^annotations.* got -?\d+\.\d{10}/.test(difference),
  },
  {
    reason: "what is not exact has no exact remainder, and no angle that a circle could be told of",
    explains: ({ query }, difference) =>
      /%|(?:sin|cos|tan)\(/.test(query) &&
      /extreme|std|\^|atan2|e?xp|ln|log/.test(query) &&
      / ours "[-\d.e]+", theirs "[-\d.e]+"$/.test(difference),
  },
  {
    reason:
      "where names go late, `or` takes series of both sides for one, and lets the name go if the first was to lose it",
    explains: ({ query, stepMs }, difference) =>
      stepMs !== null && query.includes(" or ") && /points at other times|only/.test(difference),
  },
  {
    reason: "limitk and limit_ratio hand on their series as their heap has them",
    explains: ({ query }) => /limitk|limit_ratio/.test(query),
  },
  {
    reason: "to sort_by_label a missing label is neither less nor more than any other",
    explains: ({ query }, difference) =>
      query.startsWith("sort_by_label") && difference.startsWith("at position"),
  },
];

const SELECTS_BY_EXPRESSION =
  /(?:topk|bottomk|quantile|limitk|limit_ratio)(?: (?:by|without) \([^)]*\))? ?\((?![-+]?[\w.+]+,)/;

const OLD: readonly KnownDifference[] = [
  ...ALWAYS,
  {
    reason: "older versions aggregate every step with the first step's parameter",
    explains: ({ query, stepMs }) => stepMs !== null && SELECTS_BY_EXPRESSION.test(query),
  },
  {
    reason: "older versions refuse no parameter where there is nothing to aggregate",
    explains: (_, difference) =>
      /^ours: error (?:Parameter|Scalar) value .*; theirs: an answer/.test(difference),
  },
  {
    reason: "older versions refuse what is below every whole number as they refuse what is above",
    explains: (_, difference) => /theirs: error Scalar value \S+ overflows int64$/.test(difference),
  },
  {
    reason: "means of histograms are compensated in newer versions, so that others are equal",
    explains: ({ query }) =>
      /[=!]=/.test(query) && /avg|sum/.test(query) && /seconds|histogram|mixed/.test(query),
  },
  {
    reason: "Go's logarithm of the smallest numbers is that of larger ones",
    explains: ({ query }) => /(?:ln|log2|log10)\(/.test(query) && query.includes("extreme"),
  },
  {
    reason: "newer versions sort the two series that they name",
    rewrite: (text) =>
      text.replace(/(?<=operation: \[)(\{.*\}), (\{.*\})(?=\];many)/, (_, a: string, b: string) =>
        [a, b].toSorted().join(", "),
      ),
  },
  {
    reason: "newer versions have an error of their own for a parameter that is not a number",
    rewrite: (text) => text.replace("Scalar value NaN overflows int64", "Parameter value is NaN"),
  },
  {
    reason: "older versions look for several matches only where a comparison holds",
    explains: ({ query }, difference) =>
      /[<>=]/.test(query) && /^ours: error multiple matches .*; theirs: an answer/.test(difference),
  },
];

export const KNOWN_IN_3_5: readonly KnownDifference[] = [
  ...OLD,
  {
    reason: "newer versions end extrapolation where the count of a native histogram was zero",
    explains: ({ query }) =>
      /(?:rate|increase)\(/.test(query) &&
      (/gauge_histogram|changing_histogram|mixed/.test(query) ||
        (/\dm:/.test(query) && /(?:native|custom)_seconds/.test(query))),
  },
  {
    reason: "3.5 takes info series by their place among those present, so that a gap shifts them",
    explains: ({ query }) => query.includes("info("),
  },
  {
    reason: "3.5 keeps the name that a subquery's function was to drop, if names go late",
    explains: ({ query }, difference) =>
      /last_over_time\(.*m:/.test(query) && /^only (?:ours|theirs) has/.test(difference),
  },
  {
    reason: "3.5 leaves NaN out of mad_over_time",
    explains: ({ query }, difference) =>
      query.includes("mad_over_time") &&
      (/ours "NaN"|only theirs/.test(difference) || query.includes("extreme")),
  },
  {
    reason: "3.6 warns of sort in range queries",
    isNewAnnotation: (text) => text.includes("sort is ineffective"),
  },
  {
    reason: "3.6 warns of contradicting counter resets, and tells of reconciled custom buckets",
    isNewAnnotation: (text) => /conflicting counter resets|mismatched custom buckets/.test(text),
  },
  {
    reason: "newer versions name buckets, difference and times of a forced monotonicity",
    rewrite: (text) => text.replace(/, from buckets .* over \d+ samples from \S+ to \S+/, ""),
  },
  {
    reason: "newer versions name the place of what is inside of an aggregation's parentheses",
    explains: ({ query }, difference) =>
      difference.startsWith("annotations") && /(?:\(|, )\(/.test(query),
  },
  {
    reason: "newer versions leave an empty metric name out of some texts",
    rewrite: (text) => text.replace(' for metric name ""', ""),
  },
];

export const KNOWN_IN_2_42: readonly KnownDifference[] = [
  ...OLD,
  {
    reason: "2.42 knows no deviation of NaN and infinity",
    explains: ({ query }, difference) =>
      /stddev|stdvar/.test(query) &&
      (/NaN|Infinity/.test(difference) || /extreme|scalar|NaN|quantile/.test(query)),
  },
  {
    reason: "2.42 sorts otherwise, so that of equal values, and of NaN, others are kept",
    explains: ({ query }) => /topk|bottomk/.test(query),
  },
  {
    reason: "2.42 answers a bare subquery unsorted, and with points after its end",
    explains: ({ query }) => /\[\d+m:\w*\](?: @ \S+| offset \S+)*$/.test(query),
  },
  {
    reason: "2.42 sums without compensation, which shows where the sum is taken further",
    explains: ({ query }) =>
      /sum|avg|rate|increase|deriv|predict/.test(query) &&
      /extreme|count_values|%|(?:sin|cos|tan)\(/.test(query),
  },
  {
    reason: "2.42 does not sort the labels of count_values",
    explains: ({ query }) => /count_values.* by /.test(query),
  },
  {
    reason: "2.42 ends extrapolation at zero before it sees how long the gap is",
    explains: ({ query }) =>
      /(?:rate|increase)\(/.test(query) &&
      /temperature|_bytes|extreme|sparse|quota|build_info|\dm:/.test(query),
  },
  {
    reason: "in 2.42 atan2 keeps the name",
    explains: ({ query }, difference) =>
      query.includes("atan2") && /has .*__name__|same labelset|found duplicate/.test(difference),
  },
  {
    reason: "2.42 loses samples of predict_linear with @ from the second step on",
    explains: ({ query, stepMs }) =>
      (stepMs !== null || /\dm:/.test(query)) &&
      query.includes("predict_linear(") &&
      query.includes(" @ "),
  },
];

/** The answer as the version would give it, as far as texts go. */
export function comparable(answer: Answer, known: readonly KnownDifference[]): Answer {
  const rewrite = (text: string): string =>
    known.reduce((rewritten, { rewrite: one }) => one?.(rewritten) ?? rewritten, text);
  if ("error" in answer) return { error: rewrite(answer.error) };
  const kept = answer.annotations.filter(
    (text) => !known.some(({ isNewAnnotation }) => isNewAnnotation?.(text) ?? false),
  );
  return { ...answer, annotations: kept.map(rewrite) };
}
