import type { MetricType } from "#model";

/** A family as the rules of style look at it. */
export interface LintSubject {
  /** As the document calls it. */
  readonly name: string;
  readonly type: MetricType;
  readonly hasType: boolean;
  readonly help: string;
  readonly labelNames: ReadonlySet<string>;
  readonly hasTimestamps: boolean;
}

/** A remark that does not make a document invalid; the first eight are those of `promtool check metrics`. */
interface LintRule {
  /** Stable. */
  readonly code: string;
  /** What to say of the subject, or null if all is well. */
  readonly check: (subject: LintSubject) => string | null;
}

export const lintRules: readonly LintRule[] = [
  {
    code: "no_help",
    check: ({ help }) => (help === "" ? "no help text" : null),
  },
  {
    code: "counter_without_total",
    check: ({ type, name }) =>
      type === "counter" && !name.endsWith("_total")
        ? 'counter metrics should have "_total" suffix'
        : null,
  },
  {
    code: "reserved_suffix",
    check: reservedSuffix,
  },
  {
    code: "reserved_label",
    check: reservedLabel,
  },
  {
    code: "type_in_name",
    check: ({ type, name }) =>
      type !== "unknown" && `${name}_`.includes(`_${type}_`)
        ? `metric name should not include type '${type}'`
        : null,
  },
  {
    code: "colon_in_name",
    check: ({ name }) => (name.includes(":") ? "metric names should not contain ':'" : null),
  },
  {
    code: "camel_case",
    check: ({ name, labelNames }) => {
      const camel = [name, ...labelNames].find((text) => /[a-z][A-Z]/.test(text));
      return camel === undefined ? null : `${camel} should be written in 'snake_case'`;
    },
  },
  {
    code: "unit",
    check: ({ name }) => unitRemark(name.split("_")),
  },
  {
    code: "no_type",
    check: ({ hasType }) => (hasType ? null : "no TYPE line"),
  },
  {
    code: "reserved_name",
    check: ({ name, labelNames }) => {
      if (name.startsWith("_")) return "metric names that start with _ are reserved";
      const label = [...labelNames].find((text) => text.startsWith("__"));
      return label === undefined ? null : `label names that start with __ are reserved: ${label}`;
    },
  },
  {
    code: "explicit_timestamp",
    check: ({ hasTimestamps }) =>
      hasTimestamps
        ? "explicit timestamps switch off staleness marking, and vanished series linger"
        : null,
  },
];

function reservedSuffix({ type, name }: LintSubject): string | null {
  if (type === "unknown") return null;
  const isHistogram = type === "histogram" || type === "gaugehistogram";
  if (type !== "counter" && name.endsWith("_total")) {
    return 'non-counter metrics should not have "_total" suffix';
  }
  if (!isHistogram && name.endsWith("_bucket")) {
    return 'non-histogram metrics should not have "_bucket" suffix';
  }
  const suffix = name.endsWith("_count") ? "_count" : name.endsWith("_sum") ? "_sum" : null;
  return suffix !== null && !isHistogram && type !== "summary"
    ? `non-histogram and non-summary metrics should not have "${suffix}" suffix`
    : null;
}

function reservedLabel({ type, labelNames }: LintSubject): string | null {
  if (type === "unknown") return null;
  const isHistogram = type === "histogram" || type === "gaugehistogram";
  if (!isHistogram && labelNames.has("le")) {
    return 'non-histogram metrics should not have "le" label';
  }
  return type !== "summary" && labelNames.has("quantile")
    ? 'non-summary metrics should not have "quantile" label'
    : null;
}

/** Base units (Prometheus, «Metric and label naming») and what is used in their stead. */
const baseUnits: readonly [base: string, others: RegExp][] = [
  ["seconds", /^(nano|micro|milli)seconds$|^(minutes|hours|days|weeks)$/],
  ["bytes", /^(kilo|mega|giga|tera|peta|kibi|mebi|gibi|tebi|pebi)?bits$/],
  ["bytes", /^(kilo|mega|giga|tera|peta|kibi|mebi|gibi|tebi|pebi)bytes$/],
  ["celsius", /^(kelvin|fahrenheit)$/],
  ["meters", /^(milli|centi|kilo)meters$|^(feet|inches|miles|yards)$/],
  ["grams", /^(milli|kilo)grams$|^(pounds|ounces)$/],
  ["joules", /^(kilo|mega)?(joules|calories|watthours)(?<!^joules)$/],
  ["volts", /^(milli|kilo)volts$/],
  ["amperes", /^(milli|kilo)amperes$/],
  ["ratio", /^percent(age)?$/],
];
const abbreviations = /^(s|ms|us|ns|sec|b|kb|mb|gb|tb|pb|m|h|d)$/;

function unitRemark(words: readonly string[]): string | null {
  for (const word of words) {
    const base = baseUnits.find(([, others]) => others.test(word))?.[0];
    if (base !== undefined) return `use base unit "${base}" instead of "${word}"`;
  }
  const abbreviation = words.slice(1).find((word) => abbreviations.test(word));
  return abbreviation === undefined
    ? null
    : `metric names should not contain abbreviated units: "${abbreviation}"`;
}
