import { compareUtf8, type Labels } from "#model";
import { describeLabels } from "../describe-labels.ts";
import type { VectorMatching } from "../../syntax/ast/vector-matching.ts";
import { executionError, type PromqlQueryError } from "../query-error.ts";

/** Two series of the side that may have one. */
export function duplicateMatch(
  group: Labels,
  side: "left" | "right",
  duplicates: readonly Labels[],
): PromqlQueryError {
  const listed = duplicates.map(describeLabels).toSorted(compareUtf8).join(", ");
  return executionError(
    `found duplicate series for the match group ${describeLabels(group)} on the ${side} hand-side of the operation: [${listed}];many-to-many matching not allowed: matching labels must be unique on one side`,
  );
}

/** Two series of the other side that lead to the same result. */
export function multipleMatches({ cardinality }: VectorMatching): PromqlQueryError {
  return executionError(
    cardinality === "oneToOne"
      ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
      : "multiple matches for labels: grouping labels must ensure unique matches",
  );
}
