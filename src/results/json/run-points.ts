import type { RangeSeries } from "#promql";
import type { ByteSink } from "../byte-sink.ts";
import { sampleTimeText, TIME_BYTES_MAX, writeSampleTime } from "../wire/sample-time.ts";
import { VALUE_BYTES_MAX, writeSampleValue } from "../wire/sample-value.ts";
import { histogramJson } from "./histogram-json.ts";

/** Points between two looks at whether the sink is full. */
const POINTS_AT_ONCE = 1024;
/** `,[`, `,"` and `"]` */
const PUNCTUATION_BYTES = 6;

const COMMA = 0x2c;
const QUOTE = 0x22;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** `,"values":[…]` of samples as stored, each with a time of its own; nothing where there are none. */
export function* writeFloatRun(
  sink: ByteSink,
  { length, timestampsMs, values }: RangeSeries["floats"],
): Generator<Uint8Array<ArrayBuffer>> {
  if (length === 0) return;
  sink.ascii(',"values":[');
  for (let from = 0; from < length; from += POINTS_AT_ONCE) {
    const to = Math.min(from + POINTS_AT_ONCE, length);
    const bytes = sink.reserve(
      (to - from) * (TIME_BYTES_MAX + VALUE_BYTES_MAX + PUNCTUATION_BYTES),
    );
    let at = sink.length;
    for (let i = from; i < to; i++) {
      if (i > 0) bytes[at++] = COMMA;
      bytes[at++] = OPENING_BRACKET;
      at = writeSampleTime(bytes, at, timestampsMs[i] as number);
      bytes[at++] = COMMA;
      bytes[at++] = QUOTE;
      at = writeSampleValue(bytes, at, values[i] as number);
      bytes[at++] = QUOTE;
      bytes[at++] = CLOSING_BRACKET;
    }
    sink.length = at;
    if (sink.isFull) yield sink.take();
  }
  sink.ascii("]");
}

/** `,"histograms":[…]`, the same. */
export function* writeHistogramRun(
  sink: ByteSink,
  { length, timestampsMs, values }: RangeSeries["histograms"],
): Generator<Uint8Array<ArrayBuffer>> {
  if (length === 0) return;
  sink.ascii(',"histograms":[');
  for (const [i, histogram] of values.entries()) {
    if (i > 0) sink.ascii(",");
    const time = sampleTimeText(timestampsMs[i] as number);
    sink.ascii(`[${time},${histogramJson(histogram)}]`);
    if (sink.isFull) yield sink.take();
  }
  sink.ascii("]");
}
