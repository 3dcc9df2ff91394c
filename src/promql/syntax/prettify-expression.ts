import type { Expression } from "./ast/expression.ts";
import {
  printAggregationHead,
  printExpression,
  printOperator,
  printSubqueryTime,
} from "./print-expression.ts";

/** A node whose one-line text is longer is split over several lines, each child one level deeper. */
const LINE_CHARS_MAX = 100;

/** The query over as many lines as it needs, indented by two blanks a level, as Prometheus does. */
export function prettifyExpression(expression: Expression, level = 0): string {
  const indent = "  ".repeat(level);
  const oneLine = printExpression(expression);
  const isShort = oneLine.length <= LINE_CHARS_MAX;
  switch (expression.kind) {
    case "subquery":
      // Prometheus does not indent a short one.
      return isShort
        ? oneLine
        : `${prettifyExpression(expression.expression, level)}${printSubqueryTime(expression)}`;
    case "unary": {
      const inner = prettifyExpression(expression.expression, level).trim();
      return `${indent}${expression.operator}${inner}`;
    }
    case "binary":
      if (isShort) break;
      return [
        prettifyExpression(expression.left, level + 1),
        `${indent}${printOperator(expression)}`,
        prettifyExpression(expression.right, level + 1),
      ].join("\n");
    case "parentheses":
      if (isShort) break;
      return inBrackets(indent, "", [expression.expression], level);
    case "call":
      if (isShort) break;
      return inBrackets(indent, expression.functionName, expression.args, level);
    case "aggregation": {
      if (isShort) break;
      const { parameter, expression: inner } = expression;
      const children = parameter === null ? [inner] : [parameter, inner];
      return inBrackets(indent, printAggregationHead(expression), children, level);
    }
    case "matrixSelector":
    case "numberLiteral":
    case "stringLiteral":
    case "vectorSelector":
      break;
  }
  return `${indent}${oneLine}`;
}

function inBrackets(
  indent: string,
  head: string,
  children: readonly Expression[],
  level: number,
): string {
  const inner = children.map((child) => prettifyExpression(child, level + 1)).join(",\n");
  return `${indent}${head}(\n${inner}\n${indent})`;
}
