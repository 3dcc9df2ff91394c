import { formatLabels } from "#model";
import type { SeriesAnswer } from "../answer.ts";
import type { ByteSink } from "../byte-sink.ts";
import { seriesPointsOf, type SeriesPoints } from "../series-points.ts";
import type { Cell } from "./csv-cell.ts";
import { pointText } from "./point-text.ts";
import { secondsText } from "./seconds.ts";

/** `timestamp` and a column for each series, named as PromQL names it; a row a moment. */
export function* writeWideRows(
  sink: ByteSink,
  answer: SeriesAnswer,
  cell: Cell,
): Generator<Uint8Array<ArrayBuffer>> {
  const columns = Array.from(seriesPointsOf(answer), (series) => ({ series, next: 0 }));
  sink.text("timestamp");
  for (const { series } of columns) sink.text(`,${cell(formatLabels(series.labels))}`);
  sink.text("\r\n");
  for (const timeMs of momentsOf(columns.map(({ series }) => series))) {
    sink.ascii(secondsText(timeMs));
    for (const column of columns) {
      const { series, next } = column;
      const isThere = next < series.length && series.timestampsMs[next] === timeMs;
      sink.text(isThere ? `,${cell(pointText(series, next))}` : ",");
      if (isThere) column.next += 1;
    }
    sink.ascii("\r\n");
    if (sink.isFull) yield sink.take();
  }
}

/** All times at which any series has a point, in order. */
function momentsOf(columns: readonly SeriesPoints[]): Float64Array {
  const moments = new Set<number>();
  for (const { timestampsMs, length } of columns) {
    for (let i = 0; i < length; i++) moments.add(timestampsMs[i] as number);
  }
  return Float64Array.from(moments).toSorted();
}
