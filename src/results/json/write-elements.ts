import type { Labels } from "#model";
import { FLOAT, formatPositional, type RangeSeries, type VectorSeries } from "#promql";
import type { Answer, SeriesAnswer } from "../answer.ts";
import type { ByteSink } from "../byte-sink.ts";
import { sampleTimeText } from "../wire/sample-time.ts";
import { VALUE_BYTES_MAX, writeSampleValue } from "../wire/sample-value.ts";
import { type GridTimes, renderGridTimes } from "./grid-times.ts";
import { histogramJson } from "./histogram-json.ts";
import { stringResultJson } from "./json-string.ts";
import { writeLabels } from "./labels-json.ts";
import { writeFloatPoints, writeHistogramPoints } from "./matrix-points.ts";
import { writeFloatRun, writeHistogramRun } from "./run-points.ts";

/** Yields whenever the sink is full; the rest stays in it. */
type Chunks = Generator<Uint8Array<ArrayBuffer>>;

/** What stands between elements, and after each. */
export interface Punctuation {
  readonly between: string;
  readonly after: string;
}

/** `{"metric":{…},"value":[1700000000,"1"]}` for each series, which is `values` in a matrix. */
export function* writeElements(sink: ByteSink, answer: SeriesAnswer, marks: Punctuation): Chunks {
  switch (answer.type) {
    case "vector": {
      const time = sampleTimeText(answer.timeMs);
      yield* each(sink, answer.series, marks, (series) => writePoint(sink, series, time));
      return;
    }
    case "matrix": {
      const times = renderGridTimes(answer.grid);
      yield* each(sink, answer.series, marks, (series) => writeColumns(sink, series, times));
      return;
    }
    case "samples":
      yield* each(sink, answer.series, marks, (series) => writeRuns(sink, series));
  }
}

/** `[1700000000,"1"]`. Unlike samples, scalars are positional at any magnitude. */
export function scalarPoint(answer: Extract<Answer, { readonly type: "scalar" }>): string {
  return `[${answer.timeMs / 1000},"${formatPositional(answer.value)}"]`;
}

export function stringPoint(answer: Extract<Answer, { readonly type: "string" }>): string {
  return `[${answer.timeMs / 1000},${stringResultJson(answer.value)}]`;
}

function* each<Series extends { readonly labels: Labels }>(
  sink: ByteSink,
  list: Iterable<Series>,
  { between, after }: Punctuation,
  writePoints: (series: Series) => Chunks | undefined,
): Chunks {
  let isFirst = true;
  for (const series of list) {
    if (!isFirst) sink.ascii(between);
    isFirst = false;
    sink.ascii('{"metric":');
    writeLabels(sink, series.labels);
    const chunks = writePoints(series);
    if (chunks !== undefined) yield* chunks;
    sink.ascii("}");
    sink.ascii(after);
    if (sink.isFull) yield sink.take();
  }
}

/** The one point of a vector's series; too little to be worth a generator. */
function writePoint(sink: ByteSink, series: VectorSeries, time: string): undefined {
  const histogram = series.kinds[0] === FLOAT ? undefined : series.histograms?.[0];
  if (histogram !== undefined) {
    sink.ascii(`,"histogram":[${time},${histogramJson(histogram)}]`);
    return;
  }
  sink.ascii(`,"value":[${time},"`);
  const bytes = sink.reserve(VALUE_BYTES_MAX);
  sink.length = writeSampleValue(bytes, sink.length, series.values[0] as number);
  sink.ascii('"]');
}

function* writeColumns(sink: ByteSink, series: VectorSeries, times: GridTimes): Chunks {
  yield* writeFloatPoints(sink, series, times);
  yield* writeHistogramPoints(sink, series, times);
}

function* writeRuns(sink: ByteSink, series: RangeSeries): Chunks {
  yield* writeFloatRun(sink, series.floats);
  yield* writeHistogramRun(sink, series.histograms);
}
