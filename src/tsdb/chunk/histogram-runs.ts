import type { CounterResetHint, FloatHistogram, SampleColumns } from "#model";
import { layoutOf, readLayout, sameShape, writeLayout } from "../histogram/bucket-layout.ts";
import { HINT_BITS, HINTS } from "../histogram/hint-bits.ts";
import { resetHint } from "../histogram/reset-hint.ts";
import { isTotalCount } from "../histogram/total-count.ts";
import type { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { HistogramRunReader } from "./histogram-run-reader.ts";
import { encodeValueColumn, type ColumnSlice } from "./value-column.ts";

/**
 * The histograms of a series in runs of equal layout. Within a run each bucket is a column of its
 * own: a bucket's counts rise steadily and pack into a few bits, while neighbouring buckets have
 * nothing in common. Buckets that come later in a run only make it wider, as they do in a young
 * histogram all the time. Format: docs/formats/chunk.md.
 */
const HISTOGRAMS_FLAG = 1;
const HINT_SHIFT = 1;
const COUNTS_FLAG = 8;
const ZERO_COUNTS_FLAG = 16;

/** Counts of one run: turning rows into columns holds them all in memory. */
const RUN_COUNTS_MAX = 1 << 20;

/** Consecutive samples, from ≤ index < to; floats where there is no histogram. */
interface Run {
  readonly from: number;
  to: number;
  readonly hint: CounterResetHint;
}

export function encodeHistogramRuns(
  histograms: readonly (FloatHistogram | undefined)[],
  count: number,
  out: ByteWriter,
): void {
  for (const { from, to, hint } of runsOf(histograms, count)) {
    out.writeVarint(to - from);
    if (histograms[from] === undefined) out.writeByte(0);
    else writeRun(histograms.slice(from, to) as FloatHistogram[], hint, out);
  }
}

function runsOf(histograms: readonly (FloatHistogram | undefined)[], count: number): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  let previous: FloatHistogram | null = null;
  for (let i = 0; i < count; i++) {
    const current = histograms[i];
    const hint = current === undefined ? "unknown" : resetHint(previous, current);
    const goesOn =
      run !== null &&
      (current === undefined
        ? previous === null
        : continuesRun(previous, current, hint) &&
          (i - run.from + 1) * bucketCount(current) <= RUN_COUNTS_MAX);
    if (run === null || !goesOn) runs.push((run = { from: i, to: i, hint }));
    run.to = i + 1;
    previous = current ?? null;
  }
  return runs;
}

function bucketCount({ positive, negative }: FloatHistogram): number {
  return positive.indexes.length + negative.indexes.length;
}

function continuesRun(
  previous: FloatHistogram | null,
  current: FloatHistogram,
  hint: CounterResetHint,
): boolean {
  if (previous === null || !sameShape(previous, current)) return false;
  const isOfOneKind =
    hint === "gauge" ? previous.counterResetHint === "gauge" : hint === "not_reset";
  return (
    isOfOneKind &&
    isWithin(previous.positive.indexes, current.positive.indexes) &&
    isWithin(previous.negative.indexes, current.negative.indexes)
  );
}

/** Whether all of the rising numbers `part` are among the rising numbers `whole`. */
function isWithin(part: Int32Array, whole: Int32Array): boolean {
  if (part === whole) return true;
  if (part.length > whole.length) return false;
  let at = 0;
  for (const index of part) {
    while (at < whole.length && (whole[at] as number) < index) at += 1;
    if (whole[at] !== index) return false;
  }
  return true;
}

const body = new ByteWriter();
let column = new Float64Array(1024);
let matrix = new Float64Array(1 << 14);

function writeRun(run: readonly FloatHistogram[], hint: CounterResetHint, out: ByteWriter): void {
  const hasCounts = !run.every(isTotalCount);
  const hasZeroCounts = !run.every(({ zeroCount }) => Object.is(zeroCount, 0));
  const last = run.at(-1) as FloatHistogram;
  body.clear();
  writeLayout(layoutOf(last), body);
  const positive = run.map((histogram) => histogram.positive);
  const negative = run.map((histogram) => histogram.negative);
  const appearances = [...appearancesOf(positive), ...appearancesOf(negative)];
  writeAppearances(appearances, body);
  if (hasCounts) writeNumbers(run, ({ count }) => count, body);
  if (hasZeroCounts) writeNumbers(run, ({ zeroCount }) => zeroCount, body);
  const positives = last.positive.indexes.length;
  writeBuckets(positive, appearances.slice(0, positives), body);
  writeBuckets(negative, appearances.slice(positives), body);
  out.writeByte(
    HISTOGRAMS_FLAG |
      (HINT_BITS[hint] << HINT_SHIFT) |
      (hasCounts ? COUNTS_FLAG : 0) |
      (hasZeroCounts ? ZERO_COUNTS_FLAG : 0),
  );
  out.writeVarint(body.length);
  out.writeBytes(body.written());
}

type Side = FloatHistogram["positive"];

/** For each bucket of the last sample, the first sample that has it. */
function appearancesOf(side: readonly Side[]): number[] {
  const all = (side.at(-1) as Side).indexes;
  const appearances = Array.from(all, () => 0);
  let known = (side[0] as Side).indexes;
  for (let i = 1; i < side.length; i++) {
    const { indexes } = side[i] as Side;
    // Buckets only come: of those that were missing so far, some are here now, others come later.
    if (indexes.length > known.length) markMissing(all, known, i, appearances);
    known = indexes;
  }
  return appearances;
}

/** Notes `appearance` for the buckets that are not among `indexes`. */
function markMissing(
  all: Int32Array,
  indexes: Int32Array,
  appearance: number,
  appearances: number[],
): void {
  let at = 0;
  for (let bucket = 0; bucket < all.length; bucket++) {
    if (indexes[at] === all[bucket]) at += 1;
    else appearances[bucket] = appearance;
  }
}

function writeAppearances(appearances: readonly number[], out: ByteWriter): void {
  out.writeVarint(appearances.reduce((late, appearance) => late + (appearance > 0 ? 1 : 0), 0));
  let next = 0;
  appearances.forEach((appearance, bucket) => {
    if (appearance === 0) return;
    out.writeVarint(bucket - next);
    out.writeVarint(appearance);
    next = bucket + 1;
  });
}

function writeNumbers(
  run: readonly FloatHistogram[],
  numberOf: (histogram: FloatHistogram) => number,
  out: ByteWriter,
): void {
  if (column.length < run.length) column = new Float64Array(run.length * 2);
  for (const [i, histogram] of run.entries()) column[i] = numberOf(histogram);
  encodeValueColumn(column, run.length, out);
}

/** Turns the samples' rows into the buckets' columns, a few buckets at a time. */
function writeBuckets(
  side: readonly Side[],
  appearances: readonly number[],
  out: ByteWriter,
): void {
  const rows = side.length;
  const cells = rows * appearances.length;
  if (matrix.length < cells) matrix = new Float64Array(cells * 2);
  side.forEach(({ counts }, row) => {
    let at = 0;
    for (let bucket = 0; bucket < appearances.length; bucket++) {
      if ((appearances[bucket] as number) <= row) {
        matrix[bucket * rows + row] = counts[at++] as number;
      }
    }
  });
  appearances.forEach((appearance, bucket) => {
    const end = (bucket + 1) * rows;
    encodeValueColumn(matrix.subarray(end - rows + appearance, end), rows - appearance, out);
  });
}

/** Decodes the slice's histograms; their sums lie in `into.values` from `into.length` on. */
export function decodeHistogramRuns(
  reader: ByteReader,
  { count, from, to }: ColumnSlice,
  into: SampleColumns,
): void {
  for (let start = 0; start < count && start < to;) {
    const samples = reader.readVarint();
    const head = reader.readByte();
    const end = start + samples;
    if (samples === 0 || end > count) throw new RangeError(`run of ${samples} samples`);
    if ((head & HISTOGRAMS_FLAG) !== 0) {
      const bytes = reader.readVarint();
      const next = reader.position + bytes;
      if (end > from) {
        const run = new HistogramRunReader(reader, {
          samples,
          hint: HINTS[(head >> HINT_SHIFT) & 3] as CounterResetHint,
          hasCounts: (head & COUNTS_FLAG) !== 0,
          hasZeroCounts: (head & ZERO_COUNTS_FLAG) !== 0,
          layout: readLayout(reader),
        });
        const first = Math.max(from, start);
        run.read(
          { count: samples, from: first - start, to: Math.min(to, end) - start },
          into,
          into.length + first - from,
        );
      }
      reader.position = next;
    }
    start = end;
  }
}
