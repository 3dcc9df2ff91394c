import { type Labels, labelPairs, labelsKey, labelsOf, labelValue, METRIC_NAME } from "#model";
import { classicToCustom } from "../histogram/classic-to-custom.ts";
import type { StoredPoint } from "./memory-storage.ts";
import type { LoadCommand, ScriptSeries } from "./script.ts";
import { PromqlScriptError } from "./script-error.ts";

/** What the series of one classic histogram say of one time. */
interface ClassicAtTime {
  readonly buckets: { readonly upperBound: number; readonly count: number }[];
  count: number | null;
  sum: number;
}

interface ClassicSeries {
  readonly labels: Labels;
  readonly byTime: Map<number, ClassicAtTime>;
}

/**
 * The native histograms that `load_with_nhcb` makes: the `_bucket`, `_sum` and `_count` series of
 * one name and one label set (without `le`), time by time, under the name without suffix.
 */
export function customBucketSeries(
  series: readonly ScriptSeries[],
  { stepMs, line }: LoadCommand,
): readonly { readonly labels: Labels; readonly points: readonly StoredPoint[] }[] {
  const classics = new Map<string, ClassicSeries>();
  for (const one of series) collect(one, stepMs, classics);
  return [...classics.values()].map(({ labels, byTime }) => ({
    labels,
    points: [...byTime].map(([timeMs, classic]): StoredPoint => {
      const made = classicToCustom(classic);
      if ("problem" in made) throw new PromqlScriptError(line, made.problem);
      const { histogram } = made;
      return { timeMs, item: { kind: "histogram", histogram, statesHint: false }, startMs: 0 };
    }),
  }));
}

function collect(
  { labels, items }: ScriptSeries,
  stepMs: number,
  classics: Map<string, ClassicSeries>,
): void {
  const suffix = /_(?:bucket|sum|count)$/.exec(labelValue(labels, METRIC_NAME))?.[0];
  if (suffix === undefined) return;
  const upperBound = toBound(labelValue(labels, "le"));
  if (suffix === "_bucket" && upperBound === null) return;
  const base = baseLabels(labels, suffix);
  const key = labelsKey(base);
  const classic = classics.get(key) ?? { labels: base, byTime: new Map() };
  classics.set(key, classic);
  for (const [i, item] of items.entries()) {
    if (item.kind !== "float") continue;
    const at = classic.byTime.get(i * stepMs) ?? { buckets: [], count: null, sum: 0 };
    classic.byTime.set(i * stepMs, at);
    if (suffix === "_sum") at.sum = item.value;
    else if (suffix === "_count") at.count = item.value;
    else at.buckets.push({ upperBound: upperBound ?? Infinity, count: item.value });
  }
}

/** Null for a text that is no number. */
function toBound(text: string): number | null {
  const special: Readonly<Record<string, number>> = {
    "+inf": Infinity,
    inf: Infinity,
    "-inf": -Infinity,
  };
  const bound = special[text.toLowerCase()] ?? Number(text);
  return text === "" || Number.isNaN(bound) ? null : bound;
}

function baseLabels(labels: Labels, suffix: string): Labels {
  const kept = Array.from(labelPairs(labels)).filter(([name]) => name !== "le");
  return labelsOf(
    kept.map(([name, value]) => [
      name,
      name === METRIC_NAME ? value.slice(0, -suffix.length) : value,
    ]),
  );
}
