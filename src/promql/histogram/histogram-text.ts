import {
  type CounterResetHint,
  EMPTY_HISTOGRAM,
  type FloatHistogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from "#model";

/**
 * The way test scripts write a histogram: `{{schema:1 sum:4 count:4 buckets:[1 2 1] offset:1}}`.
 * Keys come in any order, what is missing is 0 or empty, and each side is one run of buckets that
 * begins at its offset (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/).
 */
export interface HistogramText {
  readonly histogram: FloatHistogram;
  /** Whether the text names a hint: comparisons look at it only then. */
  readonly statesHint: boolean;
}

/** Why a text is no histogram, in one sentence. */
export class HistogramTextError extends Error {
  override readonly name = "HistogramTextError";
}

const HINTS: readonly CounterResetHint[] = ["unknown", "reset", "not_reset", "gauge"];
const NUMBER_KEYS = ["schema", "sum", "count", "z_bucket", "z_bucket_w", "offset", "n_offset"];
const LIST_KEYS = ["buckets", "n_buckets", "custom_values"];
const ITEM = /\s*([a-z_]+)\s*:\s*(\[[^\]]*\]|[^\s[\]]+)/y;

/** Reads `{{…}}`, the braces included. */
export function parseHistogramText(text: string): HistogramText {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{{") || !trimmed.endsWith("}}")) {
    throw new HistogramTextError(`A histogram stands in {{ }}, not ${JSON.stringify(text)}.`);
  }
  const items = itemsOf(trimmed.slice(2, -2));
  const number = (key: string): number => (items.has(key) ? toNumber(items.get(key) ?? "") : 0);
  const list = (key: string): Float64Array => toNumbers(items.get(key) ?? "[]");
  const hint = items.get("counter_reset_hint");
  return {
    statesHint: hint !== undefined,
    histogram: {
      counterResetHint: hint === undefined ? "unknown" : toHint(hint),
      schema: number("schema"),
      sum: number("sum"),
      count: number("count"),
      zeroCount: number("z_bucket"),
      zeroThreshold: number("z_bucket_w"),
      customBounds: items.has("custom_values")
        ? list("custom_values")
        : EMPTY_HISTOGRAM.customBounds,
      positive: runOf(number("offset"), list("buckets")),
      negative: runOf(number("n_offset"), list("n_buckets")),
    },
  };
}

function itemsOf(text: string): ReadonlyMap<string, string> {
  const items = new Map<string, string>();
  ITEM.lastIndex = 0;
  let end = 0;
  for (let match = ITEM.exec(text); match !== null; match = ITEM.exec(text)) {
    const [, key = "", value = ""] = match;
    const isList = value.startsWith("[");
    if (!(isList ? LIST_KEYS : [...NUMBER_KEYS, "counter_reset_hint"]).includes(key)) {
      throw new HistogramTextError(`A histogram has no ${isList ? "list" : "value"} "${key}".`);
    }
    if (items.has(key))
      throw new HistogramTextError(`The key "${key}" stands twice in a histogram.`);
    items.set(key, value);
    end = ITEM.lastIndex;
  }
  const rest = text.slice(end).trim();
  if (rest !== "") throw new HistogramTextError(`A histogram cannot be read from "${rest}" on.`);
  return items;
}

const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
};

function toNumber(text: string): number {
  const value = SPECIAL_NUMBERS[text.toLowerCase()] ?? Number(text.replaceAll("_", ""));
  if (Number.isNaN(value) && text.toLowerCase() !== "nan") {
    throw new HistogramTextError(`"${text}" in a histogram is not a number.`);
  }
  return value;
}

function toNumbers(list: string): Float64Array {
  const words = list.slice(1, -1).split(/\s+/).filter(Boolean);
  return Float64Array.from(words, toNumber);
}

function toHint(text: string): CounterResetHint {
  const hint = HINTS.find((known) => known === text);
  if (hint === undefined) {
    throw new HistogramTextError(
      `A counter reset hint is one of ${HINTS.join(", ")}, not "${text}".`,
    );
  }
  return hint;
}

function runOf(offset: number, counts: Float64Array): HistogramBuckets {
  return counts.length === 0
    ? NO_BUCKETS
    : { indexes: Int32Array.from(counts, (_, i) => offset + i), counts };
}

/** Writes the same form, gaps between buckets as zeros. */
export function formatHistogramText(histogram: FloatHistogram): string {
  const parts: string[] = [];
  const put = (key: string, value: number): void => {
    if (value !== 0) parts.push(`${key}:${formatNumber(value)}`);
  };
  put("schema", histogram.schema);
  put("count", histogram.count);
  put("sum", histogram.sum);
  put("z_bucket", histogram.zeroCount);
  put("z_bucket_w", histogram.zeroThreshold);
  if (histogram.customBounds.length > 0) {
    parts.push(`custom_values:[${Array.from(histogram.customBounds, formatNumber).join(" ")}]`);
  }
  if (histogram.counterResetHint !== "unknown") {
    parts.push(`counter_reset_hint:${histogram.counterResetHint}`);
  }
  putSide(parts, "", histogram.positive);
  putSide(parts, "n_", histogram.negative);
  return `{{${parts.join(" ")}}}`;
}

function putSide(parts: string[], prefix: string, { indexes, counts }: HistogramBuckets): void {
  const [offset] = indexes;
  if (offset === undefined) return;
  if (offset !== 0) parts.push(`${prefix}offset:${offset}`);
  const run: string[] = [];
  for (const [i, index] of indexes.entries()) {
    while (offset + run.length < index) run.push("0");
    run.push(formatNumber(counts[i] as number));
  }
  parts.push(`${prefix}buckets:[${run.join(" ")}]`);
}

function formatNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
