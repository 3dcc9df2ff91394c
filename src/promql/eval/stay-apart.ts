import { METRIC_NAME } from "#model";
import type { Binary } from "../syntax/ast/binary.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import { valueTypeOf } from "../syntax/value-type.ts";
import { makesNewValues } from "./binary/scalar-operation.ts";
import type { Evaluation } from "./evaluation.ts";
import { METRIC_IDENTITY } from "./label-sets.ts";
import type { StoredSeries } from "./promql-storage.ts";

/** Functions that put the samples of one series into one series, whatever else they do. */
const MAPS_SERIES = new Set(
  (
    "rate increase delta irate idelta changes resets deriv predict_linear double_exponential_smoothing " +
    "avg_over_time sum_over_time min_over_time max_over_time count_over_time present_over_time " +
    "stddev_over_time stdvar_over_time mad_over_time quantile_over_time ts_of_min_over_time " +
    "ts_of_max_over_time ts_of_first_over_time ts_of_last_over_time abs ceil floor exp sqrt ln log2 " +
    "log10 sgn sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh deg rad round clamp " +
    "clamp_min clamp_max timestamp"
  ).split(" "),
);

/**
 * Whether the series of a vector are still told apart by their labels once names are dropped. Only
 * where they may not be does anybody have to look for equal ones, which means to hold them all.
 */
export function stayApart(expression: Expression, evaluation: Evaluation): boolean {
  switch (expression.kind) {
    case "vectorSelector":
      return haveOneIdentity(evaluation.storedSeries(expression));
    case "matrixSelector":
      return stayApart(expression.selector, evaluation);
    case "parentheses":
    case "subquery":
    case "unary":
      return stayApart(expression.expression, evaluation);
    case "call":
      return isMap(expression) && operandStaysApart(expression, evaluation);
    case "binary":
      return binaryStaysApart(expression, evaluation);
    case "aggregation":
      return (
        (expression.isWithout || !expression.grouping.some((name) => METRIC_IDENTITY.has(name))) &&
        !KEEPS_MEMBERS.has(expression.operator)
      );
    case "numberLiteral":
    case "stringLiteral":
      return true;
  }
}

const KEEPS_MEMBERS = new Set(["bottomk", "limit_ratio", "limitk", "topk"]);

function isMap({ functionName }: Call): boolean {
  return MAPS_SERIES.has(functionName);
}

function operandStaysApart({ args }: Call, evaluation: Evaluation): boolean {
  return args.every((arg) => {
    const type = valueTypeOf(arg);
    return (type !== "vector" && type !== "matrix") || stayApart(arg, evaluation);
  });
}

/** A join makes one series for each label set; with a scalar each series stays what it was. */
function binaryStaysApart(node: Binary, evaluation: Evaluation): boolean {
  const hasScalar = [node.left, node.right].some((side) => valueTypeOf(side) === "scalar");
  if (hasScalar) return stayApart(node.left, evaluation) && stayApart(node.right, evaluation);
  return node.matching?.cardinality !== "manyToMany" && makesNewValues(node);
}

/** All of one metric, of one type and unit, as far as labels tell. */
function haveOneIdentity(all: readonly StoredSeries[]): boolean {
  const first = all[0]?.labels;
  return all.every(({ labels }) => {
    if (labels[0] !== METRIC_NAME || labels[1] !== first?.[1]) return false;
    for (let i = 2; i < labels.length; i += 2) {
      if (METRIC_IDENTITY.has(labels[i] ?? "")) return false;
    }
    return true;
  });
}
