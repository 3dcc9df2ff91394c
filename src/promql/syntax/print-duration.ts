import { formatDuration } from "#lib/duration";
import type { DurationNode } from "./ast/duration.ts";

/** A length of time as Prometheus prints it: a number of seconds becomes a duration. */
export function printDuration(node: DurationNode): string {
  return node.kind === "numberLiteral" ? printSeconds(node.value) : printOperand(node);
}

/** Whole milliseconds, as Prometheus' own duration keeps. */
export function printSeconds(seconds: number): string {
  const text = formatDuration(Math.trunc(Math.abs(seconds) * 1000 + 1e-6));
  return seconds < 0 ? `-${text}` : text;
}

/** Inside an expression a plain number stays one. */
function printOperand(node: DurationNode): string {
  switch (node.kind) {
    case "numberLiteral":
      return node.isDuration ? printSeconds(node.value) : String(node.value);
    case "durationUnary":
      return `${node.operator === "-" ? "-" : ""}${printOperand(node.operand)}`;
    case "durationBinary":
      return `${printOperand(node.left)} ${node.operator} ${printOperand(node.right)}`;
    case "durationCall":
      return `${node.functionName}(${node.args.map(printOperand).join(", ")})`;
    case "durationParentheses":
      return `(${printOperand(node.inner)})`;
  }
}
