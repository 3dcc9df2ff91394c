import { type Labels, labelsKey, METRIC_NAME } from "#model";
import type { VectorMatching } from "../../syntax/ast/vector-matching.ts";
import { dropLabels, keepLabels, keyOfLabels } from "../label-sets.ts";

/** The key by which series of both sides find each other; made once per series, not per step. */
export function matchKeyOf(matching: VectorMatching): (labels: Labels) => string {
  if (matching.isOn) return (labels) => keyOfLabels(labels, matching.labels);
  const ignored = new Set([...matching.labels, METRIC_NAME]);
  return (labels) => labelsKey(dropLabels(labels, ignored));
}

/** The labels by which series match, for messages and for series that a fill makes up. */
export function matchLabelsOf(matching: VectorMatching): (labels: Labels) => Labels {
  const listed = new Set(matching.labels);
  if (matching.isOn) return (labels) => keepLabels(labels, listed);
  const ignored = new Set([...matching.labels, METRIC_NAME]);
  return (labels) => dropLabels(labels, ignored);
}
