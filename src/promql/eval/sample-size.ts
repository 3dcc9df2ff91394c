import type { FloatHistogram, HistogramBuckets } from "#model";
import { ABSENT, type Columns, HISTOGRAM } from "./vector-series.ts";
import type { Window } from "./window.ts";

/** Bytes of Prometheus' FloatHistogram without its slices, of a span, and of a float sample. */
const HISTOGRAM_BYTES = 168;
const SPAN_BYTES = 8;
const VALUE_BYTES = 8;
const SAMPLE_BYTES = 16;

/** For how many samples a histogram and its time count in Prometheus (`HPoint.size`). */
export function histogramSampleSize(histogram: FloatHistogram): number {
  const { positive, negative, customBounds } = histogram;
  const bytes =
    HISTOGRAM_BYTES +
    bucketBytes(positive) +
    bucketBytes(negative) +
    customBounds.length * VALUE_BYTES;
  return Math.floor((bytes + VALUE_BYTES) / SAMPLE_BYTES);
}

function bucketBytes({ indexes, counts }: HistogramBuckets): number {
  let spans = 0;
  for (let i = 0; i < indexes.length; i++) {
    if (i === 0 || indexes[i] !== (indexes[i - 1] as number) + 1) spans += 1;
  }
  return spans * SPAN_BYTES + counts.length * VALUE_BYTES;
}

/** For how many samples all points of a series count. */
export function sampleSizeOf(columns: Columns): number {
  if (columns.histograms === null) return columns.pointCount;
  let size = 0;
  for (let step = 0; step < columns.kinds.length; step++) size += sampleSizeAt(columns, step);
  return size;
}

export function sampleSizeAt({ kinds, histograms }: Columns, step: number): number {
  const histogram = kinds[step] === HISTOGRAM ? histograms?.[step] : undefined;
  if (histogram !== undefined) return histogramSampleSize(histogram);
  return kinds[step] === ABSENT ? 0 : 1;
}

/** For how many samples those in a window count. */
export function windowSize(window: Window): number {
  const { histograms } = window.series;
  let size = window.floatTo - window.floatFrom;
  for (let i = window.histogramFrom; i < window.histogramTo; i++) {
    size += histogramSampleSize(histograms.values[i] as FloatHistogram);
  }
  return size;
}
