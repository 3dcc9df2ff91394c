import { compileMatcher, METRIC_NAME } from "#model";
import { FUNCTION_SIGNATURES, type FunctionSignature } from "../functions/signatures.ts";
import type { Aggregation } from "./ast/aggregation.ts";
import type { Call } from "./ast/call.ts";
import type { Expression } from "./ast/expression.ts";
import type { Unary } from "./ast/unary.ts";
import type { VectorSelector } from "./ast/vector-selector.ts";
import { checkBinary } from "./check-binary.ts";
import { goQuote } from "./go-quote.ts";
import type { TokenReader } from "./token-reader.ts";
import { VALUE_TYPE_WORDS, type ValueType } from "./value-type.ts";

/**
 * Types from the leaves up, with Prometheus' messages in the order it finds them. Settles how the
 * sides of binary operations match on the way, which the types decide. Returns the type.
 */
export function checkTypes(expression: Expression, reader: TokenReader): ValueType {
  switch (expression.kind) {
    case "numberLiteral":
      return "scalar";
    case "stringLiteral":
      return "string";
    case "parentheses":
      return checkTypes(expression.expression, reader);
    case "unary":
      return checkUnary(expression, reader);
    case "binary":
      return checkBinary(expression, reader, checkTypes);
    case "aggregation":
      return checkAggregation(expression, reader);
    case "call":
      return checkCall(expression, reader);
    case "vectorSelector":
      return checkSelector(expression, reader);
    case "matrixSelector":
      checkSelector(expression.selector, reader);
      return "matrix";
    case "subquery": {
      const type = checkTypes(expression.expression, reader);
      if (type !== "vector") {
        const reason = `subquery is only allowed on instant vector, got ${type} instead`;
        reader.fail(expression.position, reason);
      }
      return "matrix";
    }
  }
}

/** Checks an operand, argument or parameter, whose type is prescribed. */
function expectType(
  expression: Expression,
  wanted: ValueType,
  where: string,
  reader: TokenReader,
): void {
  const type = checkTypes(expression, reader);
  if (type === wanted) return;
  const words = VALUE_TYPE_WORDS;
  const reason = `expected type ${words[wanted]} in ${where}, got ${words[type]}`;
  reader.fail(expression.position, reason);
}

function checkUnary(unary: Unary, reader: TokenReader): ValueType {
  const type = checkTypes(unary.expression, reader);
  if (type === "scalar" || type === "vector") return type;
  const allowed = "unary expression only allowed on expressions of type scalar or instant vector";
  return reader.fail(unary.position, `${allowed}, got "${VALUE_TYPE_WORDS[type]}"`);
}

function checkAggregation(aggregation: Aggregation, reader: TokenReader): ValueType {
  expectType(aggregation.expression, "vector", "aggregation expression", reader);
  if (aggregation.parameter !== null) {
    const wanted = aggregation.operator === "count_values" ? "string" : "scalar";
    expectType(aggregation.parameter, wanted, "aggregation parameter", reader);
  }
  return "vector";
}

function checkCall(call: Call, reader: TokenReader): ValueType {
  const signature = FUNCTION_SIGNATURES.get(call.functionName);
  if (signature === undefined) {
    return reader.fail(call.position, `unknown function with name ${goQuote(call.functionName)}`);
  }
  checkArgumentCount(call, signature, reader);
  const where = `call to function ${goQuote(signature.name)}`;
  call.args.forEach((arg, index) => {
    if (signature.name === "info" && index === 1) {
      checkInfoSelector(arg, where, call, reader);
      return;
    }
    const wanted = signature.args[index] ?? signature.args.at(-1);
    if (wanted !== undefined) expectType(arg, wanted, where, reader);
  });
  return signature.returns;
}

function checkArgumentCount(call: Call, signature: FunctionSignature, reader: TokenReader): void {
  const { args, optionalArgs, repeatMax } = signature;
  const countMin = args.length - optionalArgs;
  const countMax = args.length + repeatMax;
  const count = call.args.length;
  if (count >= countMin && count <= countMax) return;
  const isFixed = countMin === countMax;
  const isTooFew = count < countMin;
  const kind = isTooFew ? "at least" : "at most";
  const expected = isFixed
    ? `${countMin} argument(s)`
    : `${kind} ${isTooFew ? countMin : countMax} argument(s)`;
  const reason = `expected ${expected} in call to ${goQuote(signature.name)}, got ${count}`;
  reader.fail(call.position, reason);
}

/** The second argument of `info` is no vector but a list of conditions, which may match anything. */
function checkInfoSelector(arg: Expression, where: string, call: Call, reader: TokenReader): void {
  if (arg.kind === "vectorSelector") {
    if (isNamedOutside(arg)) {
      reader.fail(arg.position, "expected label selectors only, got vector selector instead");
    }
    return;
  }
  const type = checkTypes(arg, reader);
  if (type !== "vector") {
    const words = VALUE_TYPE_WORDS;
    reader.fail(call.position, `expected type ${words.vector} in ${where}, got ${words[type]}`);
  }
  reader.fail(arg.position, "expected label selectors only");
}

function checkSelector(selector: VectorSelector, reader: TokenReader): ValueType {
  const { matchers, position } = selector;
  if (isNamedOutside(selector)) {
    const [outside, ...inside] = matchers;
    const second = inside.find((matcher) => matcher.name === METRIC_NAME);
    if (second !== undefined) {
      const names = `${goQuote(outside?.value ?? "")} or ${goQuote(second.value)}`;
      reader.fail(position, `metric name must not be set twice: ${names}`);
    }
  } else if (matchers.every((matcher) => compileMatcher(matcher)(""))) {
    reader.fail(position, "vector selector must contain at least one non-empty matcher");
  }
  return "vector";
}

/** Whether the metric's name stands before the braces. */
function isNamedOutside({ matchers, position }: VectorSelector): boolean {
  const [first] = matchers;
  return first?.name === METRIC_NAME && first.position.start === position.start;
}
