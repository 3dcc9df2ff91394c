import {
  compareLabels,
  compareUtf8,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  METRIC_NAME,
} from "#model";
import { boundOf } from "./bound.ts";
import type { FamilyPlace } from "./family-plan.ts";

/** What decides where a series' line stands in a document; made once per series. */
export interface LineOrder {
  readonly place: FamilyPlace;
  /** The label set of the metric that the sample is part of: no name, no `le`, no `quantile`. */
  readonly group: Labels;
  /** The bound of a bucket or quantile; 0 for other samples. */
  readonly bound: number;
}

export function lineOrderOf(labels: Labels, place: FamilyPlace): LineOrder {
  const { boundLabel } = place;
  const group = labelsOf(
    Array.from(labelPairs(labels)).filter(([name]) => name !== METRIC_NAME && name !== boundLabel),
  );
  const bound = boundLabel === null ? 0 : boundOf(labelValue(labels, boundLabel));
  return { place, group, bound: Number.isNaN(bound) ? Infinity : bound };
}

/**
 * The order of lines that a strict OpenMetrics parser asks for: families not interleaved, in a
 * family metric after metric, in a metric buckets by rising bound, then count, sum and created.
 * Equal means the same line twice: two series that differ only in how a bound is spelt.
 */
export function compareLines(a: LineOrder, b: LineOrder): number {
  if (a.place.header !== b.place.header) {
    return compareUtf8(a.place.header.name, b.place.header.name);
  }
  const byGroup = compareLabels(a.group, b.group);
  if (byGroup !== 0) return byGroup;
  if (a.place.rank !== b.place.rank) return a.place.rank - b.place.rank;
  return a.bound === b.bound ? 0 : a.bound - b.bound;
}
