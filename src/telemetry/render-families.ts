import { type ExpositionFormat, type SampleToWrite, writeExposition } from "#exposition";
import { type Labels, labelsOf, METRIC_NAME, type MetricMetadata } from "#model";
import type { CollectedFamilies, CollectedFamily } from "./collected-family.ts";
import { mergeFamilies, seriesOf } from "./merge-families.ts";

/** The families of all threads as one document in the format that was agreed with the reader. */
export function renderFamilies(
  groups: readonly CollectedFamilies[],
  format: ExpositionFormat,
): Uint8Array<ArrayBuffer> {
  const samples = mergeFamilies(groups).flatMap((family) => [...samplesOf(family)]);
  return writeExposition(samples, { format, escaping: "underscores" });
}

/** Every sample of a family under the names that scrapers know: `_total`, `_bucket`, `_info`. */
function* samplesOf(family: CollectedFamily): Generator<SampleToWrite> {
  const { name, type, help, unit, labels, bounds } = family.definition;
  const metadata: MetricMetadata = { family: name, type, help, unit };
  for (const [labelValues, values] of seriesOf(family)) {
    const pairs = labels.map((label, i) => [label, labelValues[i] ?? ""] as const);
    const sample = (suffix: string, value: number, le?: string): SampleToWrite => ({
      labels: seriesLabels(name + suffix, pairs, le),
      metadata,
      value,
    });
    if (type !== "histogram") {
      yield sample(SUFFIX[type], values[0] ?? 0);
      continue;
    }
    let count = 0;
    for (let i = 0; i <= bounds.length; i++) {
      count += values[i] ?? 0;
      yield sample("_bucket", count, i < bounds.length ? String(bounds[i]) : "+Inf");
    }
    yield sample("_count", count);
    yield sample("_sum", values[bounds.length + 1] ?? 0);
  }
}

const SUFFIX = { counter: "_total", gauge: "", info: "_info" } as const;

function seriesLabels(
  name: string,
  pairs: readonly (readonly [string, string])[],
  le: string | undefined,
): Labels {
  const bound = le === undefined ? [] : [["le", le] as const];
  return labelsOf([[METRIC_NAME, name], ...pairs, ...bound]);
}
