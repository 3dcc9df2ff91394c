import { durationSeconds } from "../eval/duration-seconds.ts";
import { FUNCTION_SIGNATURES } from "../functions/signatures.ts";
import { formatPositional } from "../functions/format-float.ts";
import type { Binary } from "./ast/binary.ts";
import type { Call } from "./ast/call.ts";
import type { DurationNode } from "./ast/duration.ts";
import type { Expression } from "./ast/expression.ts";
import type { TimeModifiers } from "./ast/time-modifiers.ts";
import type { VectorSelector } from "./ast/vector-selector.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * A query's tree as Prometheus' `/api/v1/parse_query` gives it. Durations are milliseconds; one that
 * is an expression of `step()` or `range()` has no value before the query runs, and is 0.
 */
export function expressionJson(expression: Expression): Json {
  switch (expression.kind) {
    case "aggregation":
      return {
        type: "aggregation",
        op: expression.operator,
        expr: expressionJson(expression.expression),
        param: expression.parameter === null ? null : expressionJson(expression.parameter),
        grouping: expression.grouping,
        without: expression.isWithout,
      };
    case "binary":
      return {
        type: "binaryExpr",
        op: expression.operator,
        lhs: expressionJson(expression.left),
        rhs: expressionJson(expression.right),
        matching: matchingJson(expression),
        bool: expression.returnsBool,
      };
    case "call":
      return {
        type: "call",
        func: functionJson(expression),
        args: expression.args.map(expressionJson),
      };
    case "matrixSelector":
      return {
        ...selectorJson(expression.selector),
        type: "matrixSelector",
        range: milliseconds(expression.range),
      };
    case "numberLiteral":
      return { type: "numberLiteral", val: formatPositional(expression.value) };
    case "parentheses":
      return { type: "parenExpr", expr: expressionJson(expression.expression) };
    case "stringLiteral":
      return { type: "stringLiteral", val: expression.value };
    case "subquery":
      return {
        type: "subquery",
        expr: expressionJson(expression.expression),
        range: milliseconds(expression.range),
        step: expression.step === null ? 0 : milliseconds(expression.step),
        ...timeJson(expression),
      };
    case "unary":
      return {
        type: "unaryExpr",
        op: expression.operator,
        expr: expressionJson(expression.expression),
      };
    case "vectorSelector":
      return { type: "vectorSelector", ...selectorJson(expression) };
  }
}

function selectorJson(selector: VectorSelector): { readonly [name: string]: Json } {
  // A name before the braces is the selector's; one within them is a matcher like the others.
  const named = selector.matchers.filter(
    ({ position }) => position.start === selector.position.start,
  );
  const others = selector.matchers.filter((matcher) => !named.includes(matcher));
  return {
    name: named[0]?.value ?? "",
    matchers: [...others, ...named].map(({ name, operator, value }) => ({
      name,
      value,
      type: operator,
    })),
    ...timeJson(selector),
  };
}

function timeJson({ offset, at }: TimeModifiers): { readonly [name: string]: Json } {
  return {
    offset: offset === null ? 0 : milliseconds(offset),
    timestamp: at?.kind === "timestamp" ? at.timestampMs : null,
    startOrEnd: at === null || at.kind === "timestamp" ? null : at.kind,
  };
}

const CARDINALITIES = {
  oneToOne: "one-to-one",
  manyToOne: "many-to-one",
  oneToMany: "one-to-many",
  manyToMany: "many-to-many",
} as const;

function matchingJson({ matching }: Binary): Json {
  if (matching === null) return null;
  const { cardinality, labels, isOn, include, fillLeft, fillRight } = matching;
  return {
    card: CARDINALITIES[cardinality],
    labels,
    on: isOn,
    include,
    ...(fillLeft === null && fillRight === null
      ? {}
      : { fillValues: { lhs: fillLeft, rhs: fillRight } }),
  };
}

function functionJson({ functionName }: Call): Json {
  const signature = FUNCTION_SIGNATURES.get(functionName);
  if (signature === undefined) return { name: functionName };
  const { args, optionalArgs, repeatMax, returns } = signature;
  return {
    name: functionName,
    argTypes: args,
    variadic: repeatMax === Infinity ? -1 : optionalArgs + repeatMax,
    returnType: returns,
  };
}

const NOTHING_YET = { startMs: 0, endMs: 0, stepMs: 0, isRange: false };

function milliseconds(node: DurationNode): number {
  return Math.round(durationSeconds(node, NOTHING_YET) * 1000);
}
