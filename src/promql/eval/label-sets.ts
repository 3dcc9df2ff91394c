import { EMPTY_LABELS, type Labels, labelPairs, labelsOf, labelValue, METRIC_NAME } from "#model";

/** What belongs to the metric itself and goes wherever its name goes. */
export const METRIC_IDENTITY: ReadonlySet<string> = new Set([METRIC_NAME, "__type__", "__unit__"]);

export function dropMetricIdentity(labels: Labels): Labels {
  // The usual case: the name comes first and is all there is.
  for (let i = labels[0] === METRIC_NAME ? 2 : 0; i < labels.length; i += 2) {
    if (METRIC_IDENTITY.has(labels[i] ?? "")) return dropLabels(labels, METRIC_IDENTITY);
  }
  return labels[0] === METRIC_NAME ? (labels.slice(2) as readonly string[] as Labels) : labels;
}

export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => !names.has(name));
}

export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, (name) => names.has(name));
}

function filterLabels(labels: Labels, keeps: (name: string) => boolean): Labels {
  const kept: string[] = [];
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i] ?? "";
    if (keeps(name)) kept.push(name, labels[i + 1] ?? "");
  }
  if (kept.length === labels.length) return labels;
  // The order of a subset is the order of the set.
  return kept.length === 0 ? EMPTY_LABELS : (kept as readonly string[] as Labels);
}

/** An empty value removes the label. */
export function setLabel(labels: Labels, name: string, value: string): Labels {
  const pairs = new Map(labelPairs(labels));
  pairs.set(name, value);
  return labelsOf(pairs);
}

/** A key that is equal where the values of these labels are. */
export function keyOfLabels(labels: Labels, names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return labelValue(labels, only);
  return JSON.stringify(names.map((name) => labelValue(labels, name)));
}
