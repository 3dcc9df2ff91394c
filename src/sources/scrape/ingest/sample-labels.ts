/**
 * The labels under which a scraped series is stored: the target's labels joined in, then metric
 * relabeling, then the job's limits. Follows Prometheus 3.5 (`mutateSampleLabels`, `verifyLabelLimits`).
 */
import { compareUtf8, type Labels, labelPairs, labelsOf, labelValue, METRIC_NAME } from "#model";
import type { ScrapeLimits } from "../scrape-config.ts";
import { ScrapeError } from "../scrape-error.ts";
import { isLegacyLabelName, isLegacyMetricName } from "../target/label-name.ts";
import type { MutableLabels, Relabeler } from "../target/relabel.ts";

const EXPORTED_PREFIX = "exported_";

export interface SampleLabelRules {
  readonly targetLabels: Labels;
  readonly honorLabels: boolean;
  /** Null where there are no rules. */
  readonly metricRelabel: Relabeler | null;
  readonly limits: ScrapeLimits;
  readonly legacyNames: boolean;
}

/**
 * Null: relabeling drops the series. `emptyNames`: labels that the target gives with an empty value,
 * which with `honor_labels` keeps the target's label of that name away (Pushgateway's `instance=""`).
 * Throws a `ScrapeError` that fails the scrape.
 */
export function storedLabels(
  exposed: Labels,
  emptyNames: readonly string[],
  rules: SampleLabelRules,
): Labels | null {
  let labels = joinTargetLabels(exposed, emptyNames, rules);
  if (rules.metricRelabel !== null) {
    const shaped: MutableLabels = new Map(labelPairs(labels));
    if (!rules.metricRelabel(shaped) || shaped.size === 0) return null;
    labels = labelsOf(shaped);
  }
  checkNames(labels, rules.legacyNames);
  checkLimits(labels, rules.limits);
  return labels;
}

function joinTargetLabels(
  exposed: Labels,
  emptyNames: readonly string[],
  rules: SampleLabelRules,
): Labels {
  const { targetLabels } = rules;
  const merged = mergeDisjoint(exposed, targetLabels);
  if (merged !== null && (!rules.honorLabels || emptyNames.length === 0)) return merged;
  const labels: MutableLabels = new Map(labelPairs(exposed));
  if (rules.honorLabels) {
    for (const [name, value] of labelPairs(targetLabels)) {
      if (!labels.has(name) && !emptyNames.includes(name)) labels.set(name, value);
    }
  } else {
    const displaced: (readonly [name: string, value: string])[] = [];
    for (const [name, value] of labelPairs(targetLabels)) {
      const own = labels.get(name);
      if (own !== undefined) displaced.push([name, own]);
      labels.set(name, value);
    }
    exportDisplaced(labels, displaced);
  }
  return labelsOf(labels);
}

/** Shorter names first, so that `exported_x` of `x` is settled before `exported_x` itself moves on. */
function exportDisplaced(
  labels: MutableLabels,
  displaced: (readonly [name: string, value: string])[],
): void {
  for (const [name, value] of displaced.toSorted((a, b) => a[0].length - b[0].length)) {
    let exported = EXPORTED_PREFIX + name;
    while (labels.has(exported)) exported = EXPORTED_PREFIX + exported;
    labels.set(exported, value);
  }
}

/** Both lists are sorted: the usual case is one merge. Null where they share a name. */
function mergeDisjoint(a: Labels, b: Labels): Labels | null {
  const merged: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const order = i >= a.length ? 1 : j >= b.length ? -1 : compareUtf8(a[i] ?? "", b[j] ?? "");
    if (order === 0) return null;
    if (order < 0) {
      merged.push(a[i] ?? "", a[i + 1] ?? "");
      i += 2;
    } else {
      merged.push(b[j] ?? "", b[j + 1] ?? "");
      j += 2;
    }
  }
  return merged as readonly string[] as Labels;
}

function checkNames(labels: Labels, legacyNames: boolean): void {
  const metricName = labelValue(labels, METRIC_NAME);
  if (metricName === "") {
    throw new ScrapeError("scrape_series_invalid", "missing metric name (__name__ label)");
  }
  if (!legacyNames) return;
  for (const [name] of labelPairs(labels)) {
    if (!isLegacyLabelName(name)) refuseName(name);
  }
  if (!isLegacyMetricName(metricName)) refuseName(metricName);
}

function refuseName(name: string): never {
  throw new ScrapeError(
    "scrape_series_invalid",
    `invalid metric name or label names: ${JSON.stringify(name.slice(0, 50))}`,
  );
}

function checkLimits(labels: Labels, limits: ScrapeLimits): void {
  const { labelsMax, labelNameBytesMax, labelValueBytesMax } = limits;
  if (labelsMax === 0 && labelNameBytesMax === 0 && labelValueBytesMax === 0) return;
  const metric = labelValue(labels, METRIC_NAME).slice(0, 50);
  const count = labels.length / 2;
  if (labelsMax > 0 && count > labelsMax) {
    refuseLimit(
      `label_limit exceeded (metric: ${metric}, number of labels: ${count}, limit: ${labelsMax})`,
    );
  }
  for (const [name, value] of labelPairs(labels)) {
    const about = `metric: ${metric}, label name: ${name.slice(0, 50)}`;
    const nameBytes = Buffer.byteLength(name);
    if (labelNameBytesMax > 0 && nameBytes > labelNameBytesMax) {
      refuseLimit(
        `label_name_length_limit exceeded (${about}, length: ${nameBytes}, limit: ${labelNameBytesMax})`,
      );
    }
    const valueBytes = Buffer.byteLength(value);
    if (labelValueBytesMax > 0 && valueBytes > labelValueBytesMax) {
      refuseLimit(
        `label_value_length_limit exceeded (${about}, value: ${JSON.stringify(value.slice(0, 50))}, length: ${valueBytes}, limit: ${labelValueBytesMax})`,
      );
    }
  }
}

function refuseLimit(message: string): never {
  throw new ScrapeError("scrape_label_limit", message);
}
