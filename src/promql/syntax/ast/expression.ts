import type { Aggregation } from "./aggregation.ts";
import type { Binary } from "./binary.ts";
import type { Call } from "./call.ts";
import type { MatrixSelector } from "./matrix-selector.ts";
import type { NumberLiteral } from "./number-literal.ts";
import type { Parentheses } from "./parentheses.ts";
import type { StringLiteral } from "./string-literal.ts";
import type { Subquery } from "./subquery.ts";
import type { Unary } from "./unary.ts";
import type { VectorSelector } from "./vector-selector.ts";

/** Any node of a query that has a value. */
export type Expression =
  | Aggregation
  | Binary
  | Call
  | MatrixSelector
  | NumberLiteral
  | Parentheses
  | StringLiteral
  | Subquery
  | Unary
  | VectorSelector;
