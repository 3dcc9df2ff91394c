import { type FloatHistogram, SampleColumns, type SelectedSeries } from "#model";
import { GrowingWords } from "./growing-words.ts";
import type { PackedSamples } from "./messages.ts";
import { TimeColumns } from "./time-columns.ts";

/**
 * Samples in one batch: large enough that a message costs little beside them, small enough that the
 * store's thread is never busy with one for long and the query's can begin early.
 */
const BATCH_SAMPLES = 1 << 16;
const BATCH_SERIES = 8192;

// One thread, no reentrance.
const scratch = new SampleColumns(1024);
const times = new SampleColumns(1024);
const values = new SampleColumns(BATCH_SAMPLES);

/** Reads series from `from` on until a batch is full. */
export function packSamples(selection: readonly SelectedSeries[], from: number): PackedSamples {
  const series = new GrowingWords();
  const timeColumns = new TimeColumns(times);
  const histograms = new Map<number, readonly (FloatHistogram | undefined)[]>();
  values.clear();
  for (let i = from; i < selection.length && i - from < BATCH_SERIES; i++) {
    scratch.clear();
    (selection[i] as SelectedSeries).read(scratch);
    series.push(timeColumns.columnOf(scratch));
    series.push(scratch.length);
    if (scratch.histograms !== null) histograms.set(i - from, scratch.histograms);
    scratch.histograms = null;
    values.appendFrom(scratch);
    if (values.length >= BATCH_SAMPLES) break;
  }
  return {
    series: series.toArray(),
    timeColumns: timeColumns.starts,
    timestampsMs: timeColumns.timestampsMs,
    values: values.values.slice(0, values.length),
    histograms,
  };
}

/** The buffers of a batch, which move with it. */
export function buffersOf(samples: PackedSamples): ArrayBuffer[] {
  const { series, timeColumns, timestampsMs, values: column } = samples;
  return [series.buffer, timeColumns.buffer, timestampsMs.buffer, column.buffer];
}
