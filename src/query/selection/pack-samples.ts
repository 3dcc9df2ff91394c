import { type FloatHistogram, SampleColumns, type SelectedSeries } from "#model";
import { GrowingWords } from "./growing-words.ts";
import type { PackedSamples } from "./messages.ts";

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
  const timeColumns = new GrowingWords();
  const histograms = new Map<number, readonly (FloatHistogram | undefined)[]>();
  times.clear();
  values.clear();
  let lastTimes = 0;
  for (let i = from; i < selection.length && i - from < BATCH_SERIES; i++) {
    scratch.clear();
    (selection[i] as SelectedSeries).read(scratch);
    if (timeColumns.length === 0 || !hasLastTimes(lastTimes)) {
      lastTimes = times.length;
      timeColumns.push(lastTimes);
      appendTimes();
    }
    series.push(timeColumns.length - 1);
    series.push(scratch.length);
    if (scratch.histograms !== null) histograms.set(i - from, scratch.histograms);
    scratch.histograms = null;
    values.appendFrom(scratch);
    if (values.length >= BATCH_SAMPLES) break;
  }
  return {
    series: series.toArray(),
    timeColumns: timeColumns.toArray(),
    timestampsMs: times.timestampsMs.slice(0, times.length),
    values: values.values.slice(0, values.length),
    histograms,
  };
}

/** The buffers of a batch, which move with it. */
export function buffersOf(samples: PackedSamples): ArrayBuffer[] {
  const { series, timeColumns, timestampsMs, values: column } = samples;
  return [series.buffer, timeColumns.buffer, timestampsMs.buffer, column.buffer];
}

/** Whether the scratch has the times of the last column, which begins at `from`. */
function hasLastTimes(from: number): boolean {
  const { length, timestampsMs } = scratch;
  if (times.length - from !== length) return false;
  const last = times.timestampsMs;
  for (let i = 0; i < length; i++) if (last[from + i] !== timestampsMs[i]) return false;
  return true;
}

function appendTimes(): void {
  times.reserve(scratch.length);
  times.timestampsMs.set(scratch.timestampsMs.subarray(0, scratch.length), times.length);
  times.length += scratch.length;
}
