import { METRIC_NAME } from "#model";
import type { Aggregation } from "./ast/aggregation.ts";
import type { Binary } from "./ast/binary.ts";
import type { Expression } from "./ast/expression.ts";
import type { NumberLiteral } from "./ast/number-literal.ts";
import type { TimeModifiers } from "./ast/time-modifiers.ts";
import type { MatcherNode, VectorSelector } from "./ast/vector-selector.ts";
import { goQuote } from "./go-quote.ts";
import { isReserved } from "./keywords.ts";
import { formatPositional, formatShortest } from "./number-format.ts";
import { printDuration, printSeconds } from "./print-duration.ts";

/** The query on one line, as Prometheus prints it; it reads back as the same tree. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "numberLiteral":
      return printNumber(expression);
    case "stringLiteral":
      return goQuote(expression.value);
    case "parentheses":
      return `(${printExpression(expression.expression)})`;
    case "unary":
      return `${expression.operator}${printExpression(expression.expression)}`;
    case "binary": {
      const { left, right } = expression;
      return `${printExpression(left)} ${printOperator(expression)} ${printExpression(right)}`;
    }
    case "aggregation": {
      const { parameter, expression: inner } = expression;
      const first = parameter === null ? "" : `${printExpression(parameter)}, `;
      return `${printAggregationHead(expression)}(${first}${printExpression(inner)})`;
    }
    case "call":
      return `${expression.functionName}(${expression.args.map(printExpression).join(", ")})`;
    case "vectorSelector": {
      const { at, offset } = printTime(expression);
      return `${printSeries(expression)}${at}${printEdges(expression)}${offset}`;
    }
    case "matrixSelector": {
      const { selector, range } = expression;
      const { at, offset } = printTime(selector);
      const series = printSeries(selector);
      return `${series}[${printDuration(range)}]${printEdges(selector)}${at}${offset}`;
    }
    case "subquery":
      return `${printExpression(expression.expression)}${printSubqueryTime(expression)}`;
  }
}

function printNumber({ value, isDuration }: NumberLiteral): string {
  return isDuration ? printSeconds(value) : formatPositional(value);
}

/** The operator with all that belongs to it: `+ on (a) group_left ()`. */
export function printOperator({ operator, returnsBool, matching }: Binary): string {
  let text = returnsBool ? `${operator} bool` : operator;
  if (matching === null) return text;
  const { cardinality, isOn, labels, include, fillLeft, fillRight } = matching;
  const isGrouped = cardinality === "manyToOne" || cardinality === "oneToMany";
  if (labels.length > 0 || isOn || isGrouped) {
    text += ` ${isOn ? "on" : "ignoring"} (${printLabels(labels)})`;
  }
  if (isGrouped) {
    text += ` group_${cardinality === "manyToOne" ? "left" : "right"} (${printLabels(include)})`;
  }
  if (fillLeft !== null && fillLeft === fillRight) return `${text} fill (${fill(fillLeft)})`;
  if (fillLeft !== null) text += ` fill_left (${fill(fillLeft)})`;
  return fillRight === null ? text : `${text} fill_right (${fill(fillRight)})`;
}

const fill = formatShortest;

/** `sum by (a) ` up to the bracket. */
export function printAggregationHead({ operator, grouping, isWithout }: Aggregation): string {
  if (isWithout) return `${operator} without (${printLabels(grouping)}) `;
  return grouping.length === 0 ? operator : `${operator} by (${printLabels(grouping)}) `;
}

/** `[range:step]` with `@` and `offset`. */
export function printSubqueryTime(subquery: Extract<Expression, { kind: "subquery" }>): string {
  const { at, offset } = printTime(subquery);
  const step = subquery.step === null ? "" : printDuration(subquery.step);
  return `[${printDuration(subquery.range)}:${step}]${at}${offset}`;
}

function printTime({ at, offset }: TimeModifiers): {
  readonly at: string;
  readonly offset: string;
} {
  const isNone = offset === null || (offset.kind === "numberLiteral" && offset.value === 0);
  const offsetText = isNone ? "" : ` offset ${printDuration(offset)}`;
  if (at === null) return { at: "", offset: offsetText };
  const time = at.kind === "timestamp" ? (at.timestampMs / 1000).toFixed(3) : `${at.kind}()`;
  return { at: ` @ ${time}`, offset: offsetText };
}

function printEdges({ edges }: VectorSelector): string {
  return edges === null ? "" : ` ${edges}`;
}

const PLAIN_METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const PLAIN_LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Name and conditions, the latter sorted. A name that braces alone can hold stays inside. */
function printSeries({ matchers, position }: VectorSelector): string {
  const [first] = matchers;
  const isOutside =
    first?.name === METRIC_NAME &&
    first.operator === "=" &&
    first.position.start === position.start &&
    PLAIN_METRIC_NAME.test(first.value) &&
    !isReserved(first.value);
  const inside = (isOutside ? matchers.slice(1) : matchers).map(printMatcher).toSorted();
  const name = isOutside ? first.value : "";
  return inside.length === 0 && name !== "" ? name : `${name}{${inside.join(",")}}`;
}

/** `name="value"`; the name is quoted where it is not a plain one. */
function printMatcher({ name, operator, value }: MatcherNode): string {
  return `${printLabel(name)}${operator}${goQuote(value)}`;
}

function printLabels(labels: readonly string[]): string {
  return labels.map(printLabel).join(", ");
}

function printLabel(name: string): string {
  return PLAIN_LABEL_NAME.test(name) ? name : goQuote(name);
}
