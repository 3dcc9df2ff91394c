import { EMPTY_LABELS, type Labels, labelsKey, METRIC_NAME } from "#model";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import { dropLabels, keepLabels, keyOfLabels } from "../label-sets.ts";
import type { VectorSeries } from "../vector-series.ts";

/** Which group a series falls into: a key for maps and the labels that the group's result has. */
export interface Group {
  readonly key: string;
  readonly labels: () => Labels;
}

/** Decides once per query how labels make groups; the returned function is called once per series. */
export function groupingOf(node: Aggregation): (labels: Labels) => Group {
  if (node.isWithout) {
    const dropped = new Set([...node.grouping, METRIC_NAME, "__type__", "__unit__"]);
    return (labels) => {
      const kept = dropLabels(labels, dropped);
      return { key: labelsKey(kept), labels: () => kept };
    };
  }
  if (node.grouping.length === 0) return () => ({ key: "", labels: () => EMPTY_LABELS });
  const names = [...new Set(node.grouping)];
  const kept = new Set(names);
  return (labels) => ({
    key: keyOfLabels(labels, names),
    labels: () => keepLabels(labels, kept),
  });
}

/** Series by group, in order of appearance. */
export function collectGroups(
  vector: Iterable<VectorSeries>,
  grouping: (labels: Labels) => Group,
): VectorSeries[][] {
  const groups = new Map<string, VectorSeries[]>();
  for (const series of vector) {
    const { key } = grouping(series.labels);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [series]);
    else members.push(series);
  }
  return [...groups.values()];
}
