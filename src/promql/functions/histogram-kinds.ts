import { type Labels, labelsKey, labelValue } from "#model";
import type { Evaluation } from "../eval/evaluation.ts";
import { dropLabels } from "../eval/label-sets.ts";
import type { StepGrid } from "../eval/step-grid.ts";
import {
  FLOAT,
  HISTOGRAM,
  isAllFloats,
  seriesOf,
  setFloat,
  type VectorSeries,
} from "../eval/vector-series.ts";
import { ClassicBuckets } from "../histogram/classic/classic-buckets.ts";
import {
  badBucketLabelWarning,
  metricNameOf,
  mixedClassicNativeWarning,
} from "./annotation-texts.ts";
import type { HistogramNotes } from "./histogram-annotations.ts";
import type { FloatHistogram } from "#model";
import { parseBucketBound } from "./parse-bucket-bound.ts";

const BUCKET_LABEL: ReadonlySet<string> = new Set(["le"]);

interface BucketSeries {
  readonly upperBound: number;
  readonly series: VectorSeries;
}

/** The buckets of one classic histogram: series that differ in `le` only, in the order of bounds. */
interface ClassicGroup {
  readonly labels: Labels;
  readonly buckets: BucketSeries[];
}

/** A vector's histograms, classic and native; those of the same labels get in each other's way. */
export interface HistogramKinds {
  readonly classic: ReadonlyMap<string, ClassicGroup>;
  readonly native: ReadonlyMap<string, VectorSeries>;
}

/** Sorts a vector's series; what has floats but no readable `le` is left out with a warning. */
export function sortHistograms(
  vector: Iterable<VectorSeries>,
  notes: Omit<HistogramNotes, "metricName">,
): HistogramKinds {
  const classic = new Map<string, ClassicGroup>();
  const native = new Map<string, VectorSeries>();
  for (const series of vector) {
    if (series.kinds.includes(HISTOGRAM)) native.set(labelsKey(series.labels), series);
    if (!series.kinds.includes(FLOAT)) continue;
    const bound = labelValue(series.labels, "le");
    const upperBound = parseBucketBound(bound);
    if (upperBound === null) {
      const text = badBucketLabelWarning(metricNameOf(series.labels), bound);
      notes.annotations.warn(text, notes.position);
      continue;
    }
    const labels = dropLabels(series.labels, BUCKET_LABEL);
    const key = labelsKey(labels);
    const group = classic.get(key) ?? { labels, buckets: [] };
    group.buckets.push({ upperBound, series });
    classic.set(key, group);
  }
  for (const { buckets } of classic.values()) buckets.sort((a, b) => a.upperBound - b.upperBound);
  return { classic, native };
}

/** What a function makes of a histogram of either kind at one step. */
export interface HistogramReader {
  readonly notes: Omit<HistogramNotes, "metricName">;
  readonly native: (histogram: FloatHistogram, labels: Labels, step: number) => number;
  readonly classic: (buckets: ClassicBuckets, labels: Labels, step: number) => number;
}

/** One number from each histogram at the given steps; where both kinds stand, none and a warning. */
export function* readHistograms(
  { classic, native }: HistogramKinds,
  reader: HistogramReader,
  { columns: pool }: Evaluation,
  grid: StepGrid,
  steps: Iterable<number>,
): Generator<VectorSeries> {
  const wanted = [...steps];
  for (const [key, series] of native) {
    const columns = pool.take(grid);
    const group = classic.get(key);
    for (const step of wanted) {
      const histogram = series.kinds[step] === HISTOGRAM ? series.histograms?.[step] : undefined;
      if (histogram === undefined) continue;
      if (group !== undefined && hasBucketAt(group, step)) {
        reader.notes.annotations.warn(
          mixedClassicNativeWarning(metricNameOf(series.labels)),
          reader.notes.position,
        );
      } else {
        setFloat(columns, step, reader.native(histogram, series.labels, step));
      }
    }
    if (columns.pointCount > 0) yield seriesOf(series.labels, true, columns);
  }
  for (const [key, group] of classic) {
    const columns = pool.take(grid);
    const nativeKinds = native.get(key)?.kinds;
    const buckets = new ClassicBuckets(group.buckets.length);
    const full = fullColumnsOf(group);
    if (full !== null) fill(buckets, group, 0);
    for (const step of wanted) {
      if (nativeKinds?.[step] === HISTOGRAM) continue;
      if (full === null) fill(buckets, group, step);
      else refill(buckets, full, step);
      if (buckets.length === 0) continue;
      setFloat(columns, step, reader.classic(buckets, group.labels, step));
    }
    if (columns.pointCount > 0) yield seriesOf(group.labels, true, columns);
  }
}

function hasBucketAt(group: ClassicGroup, step: number): boolean {
  return group.buckets.some(({ series }) => series.kinds[step] === FLOAT);
}

function fill(buckets: ClassicBuckets, group: ClassicGroup, step: number): void {
  buckets.clear();
  for (const { upperBound, series } of group.buckets) {
    if (series.kinds[step] === FLOAT) buckets.add(upperBound, series.values[step] as number);
  }
}

/**
 * The columns of a group whose buckets have different bounds and a float at every step, as they mostly
 * do: then only counts change from step to step.
 */
function fullColumnsOf({ buckets }: ClassicGroup): readonly Float64Array[] | null {
  const isFull = buckets.every(
    ({ upperBound, series }, i) => isAllFloats(series) && upperBound !== buckets[i - 1]?.upperBound,
  );
  return isFull ? buckets.map(({ series }) => series.values) : null;
}

function refill({ counts }: ClassicBuckets, columns: readonly Float64Array[], step: number): void {
  for (let i = 0; i < columns.length; i++) {
    counts[i] = (columns[i] as Float64Array)[step] as number;
  }
}

/** The histograms have been read: what their series were made of is free. */
export function releaseHistograms(
  { classic, native }: HistogramKinds,
  { columns: pool }: Evaluation,
): void {
  for (const { buckets } of classic.values()) {
    for (const { series } of buckets) {
      // A series of both kinds stands in both places.
      if (series.histograms === null) pool.giveBack(series);
    }
  }
  for (const series of native.values()) pool.giveBack(series);
}
