import { compareUtf8, type Labels, labelPairs, labelValue, METRIC_NAME } from "#model";
import { type SeriesAnswer, withSeries } from "../answer.ts";
import type { ByteSink } from "../byte-sink.ts";
import { type SeriesPoints, seriesPointsOf } from "../series-points.ts";
import { TIME_BYTES_MAX } from "../wire/sample-time.ts";
import { VALUE_BYTES_MAX, writeSampleValue } from "../wire/sample-value.ts";
import type { Cell } from "./csv-cell.ts";
import { pointText } from "./point-text.ts";
import { secondsText, writeSeconds } from "./seconds.ts";

/**
 * `name,timestamp,value` and a column for each label that any series has, by name; a row a sample.
 * For a vector these are the bytes of the script that Asserts published for its customers.
 */
export function* writeLongRows(
  sink: ByteSink,
  answer: SeriesAnswer,
  cell: Cell,
): Generator<Uint8Array<ArrayBuffer>> {
  // The header names the labels of all series, so all have to be there before the first row.
  const held = withSeries(answer, (series) => [...series]);
  const names = labelNamesOf(held);
  sink.text(`${["name", "timestamp", "value", ...names.map(cell)].join(",")}\r\n`);
  for (const series of seriesPointsOf(held)) {
    const before = `${cell(labelValue(series.labels, METRIC_NAME))},`;
    const after = `${labelCells(series.labels, names, cell)}\r\n`;
    const frame = series.length < FRAME_ROWS_MIN ? null : encodedFrame(before, after);
    for (let row = 0; row < series.length; row++) {
      const timestampMs = series.timestampsMs[row] as number;
      if (frame !== null && isFiniteFloat(series, row)) {
        writeFloatRow(sink, frame, timestampMs, series.values[row] as number);
      } else {
        const value = cell(pointText(series, row));
        sink.text(`${before}${secondsText(timestampMs)},${value}${after}`);
      }
      if (sink.isFull) yield sink.take();
    }
  }
}

/** Sorted as UTF-8 sorts, which is Python's order; without the name, which has its own column. */
function labelNamesOf(answer: SeriesAnswer): readonly string[] {
  const names = new Set<string>();
  for (const { labels } of answer.series) {
    for (const [name] of labelPairs(labels)) names.add(name);
  }
  names.delete(METRIC_NAME);
  return [...names].toSorted(compareUtf8);
}

/** `,a,b`: a cell for every name, empty where the series lacks the label. Both are sorted. */
function labelCells(labels: Labels, names: readonly string[], cell: Cell): string {
  let cells = "";
  let at = 0;
  for (const name of names) {
    if (labels[at] === METRIC_NAME) at += 2;
    cells += ",";
    if (labels[at] === name) {
      cells += cell(labels[at + 1] as string);
      at += 2;
    }
  }
  return cells;
}

/** The cells that all rows of a series share. */
interface RowFrame {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

function encodedFrame(before: string, after: string): RowFrame {
  return { before: utf8.encode(before), after: utf8.encode(after) };
}

/** Whether the value needs no look at how it stands in a cell. */
function isFiniteFloat({ values, histograms }: SeriesPoints, row: number): boolean {
  return histograms?.[row] === undefined && Number.isFinite(values[row]);
}

function writeFloatRow(
  sink: ByteSink,
  { before, after }: RowFrame,
  timestampMs: number,
  value: number,
): void {
  const bytes = sink.reserve(before.length + after.length + TIME_BYTES_MAX + VALUE_BYTES_MAX + 1);
  bytes.set(before, sink.length);
  let at = writeSeconds(bytes, sink.length + before.length, timestampMs);
  bytes[at++] = COMMA;
  at = writeSampleValue(bytes, at, value);
  bytes.set(after, at);
  sink.length = at + after.length;
}

/** Series with fewer rows are not worth encoding the cells that their rows share. */
const FRAME_ROWS_MIN = 4;
const COMMA = 0x2c;
const utf8 = new TextEncoder();
