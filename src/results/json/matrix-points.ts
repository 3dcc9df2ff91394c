import { FLOAT, HISTOGRAM, type VectorSeries } from "#promql";
import type { ByteSink } from "../byte-sink.ts";
import { VALUE_BYTES_MAX, writeSampleValue } from "../wire/sample-value.ts";
import type { GridTimes } from "./grid-times.ts";
import { histogramJson } from "./histogram-json.ts";

/** Points between two looks at whether the sink is full. */
const POINTS_AT_ONCE = 1024;

const COMMA = 0x2c;
const QUOTE = 0x22;
const CLOSING_BRACKET = 0x5d;

/** `,"values":[[1700000000,"1"],…]`; nothing where the series has no floats. */
export function* writeFloatPoints(
  sink: ByteSink,
  series: VectorSeries,
  times: GridTimes,
): Generator<Uint8Array<ArrayBuffer>> {
  const { kinds } = series;
  const first = kinds.indexOf(FLOAT);
  if (first < 0) return;
  sink.ascii(',"values":[');
  for (let from = first; from < kinds.length; from += POINTS_AT_ONCE) {
    const to = Math.min(from + POINTS_AT_ONCE, kinds.length);
    writeFloats(sink, series, times, { first, from, to });
    if (sink.isFull) yield sink.take();
  }
  sink.ascii("]");
}

/** Some of a series' points, of which one may be its very first. */
interface PointRange {
  readonly first: number;
  readonly from: number;
  readonly to: number;
}

function writeFloats(
  sink: ByteSink,
  { kinds, values }: VectorSeries,
  times: GridTimes,
  { first, from, to }: PointRange,
): void {
  const bytes = sink.reserve((to - from) * (times.lengthMax + VALUE_BYTES_MAX + 3));
  let at = sink.length;
  let timeAt = from === 0 ? 0 : (times.ends[from - 1] as number);
  for (let i = from; i < to; i++) {
    const timeEnd = times.ends[i] as number;
    if (kinds[i] !== FLOAT) {
      timeAt = timeEnd;
      continue;
    }
    if (i !== first) bytes[at++] = COMMA;
    while (timeAt < timeEnd) bytes[at++] = times.bytes[timeAt++] as number;
    at = writeSampleValue(bytes, at, values[i] as number);
    bytes[at++] = QUOTE;
    bytes[at++] = CLOSING_BRACKET;
  }
  sink.length = at;
}

/** `,"histograms":[[1700000000,{…}],…]`; nothing where the series has none. */
export function* writeHistogramPoints(
  sink: ByteSink,
  { kinds, histograms }: VectorSeries,
  times: GridTimes,
): Generator<Uint8Array<ArrayBuffer>> {
  const first = kinds.indexOf(HISTOGRAM);
  if (first < 0) return;
  sink.ascii(',"histograms":[');
  for (let i = first; i < kinds.length; i++) {
    const histogram = kinds[i] === HISTOGRAM ? histograms?.[i] : undefined;
    if (histogram === undefined) continue;
    if (i !== first) sink.ascii(",");
    const opening = times.bytes.subarray(i === 0 ? 0 : times.ends[i - 1], times.ends[i]);
    // Histograms are no strings: without the quote that floats begin with.
    sink.append(opening.subarray(0, -1));
    sink.ascii(`${histogramJson(histogram)}]`);
    if (sink.isFull) yield sink.take();
  }
  sink.ascii("]");
}
