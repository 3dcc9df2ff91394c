import { FLOAT, formatPositional, type RangeSeries, type VectorSeries } from "#promql";
import type { Answer } from "../answer.ts";
import type { ByteSink } from "../byte-sink.ts";
import { sampleTimeText } from "../wire/sample-time.ts";
import { VALUE_BYTES_MAX, writeSampleValue } from "../wire/sample-value.ts";
import { renderGridTimes, type GridTimes } from "./grid-times.ts";
import { histogramJson } from "./histogram-json.ts";
import { stringResultJson } from "./json-string.ts";
import { labelsJson } from "./labels-json.ts";
import { writeFloatPoints, writeHistogramPoints } from "./matrix-points.ts";
import { writeFloatRun, writeHistogramRun } from "./run-points.ts";

/** Yields whenever the sink is full; the rest stays in it. */
type Chunks = Generator<Uint8Array<ArrayBuffer>>;

/** `"resultType":"vector","result":[…]`: the members of `data` that every answer has. */
export function* writeAnswer(sink: ByteSink, answer: Answer): Chunks {
  switch (answer.type) {
    case "scalar":
      // Unlike samples, scalars are positional at any magnitude, and times have no padding.
      sink.ascii(
        `${resultOf("scalar")}[${answer.timeMs / 1000},"${formatPositional(answer.value)}"]`,
      );
      return;
    case "string":
      sink.text(`${resultOf("string")}[${answer.timeMs / 1000},${stringResultJson(answer.value)}]`);
      return;
    case "vector": {
      const time = sampleTimeText(answer.timeMs);
      sink.ascii(`${resultOf("vector")}[`);
      yield* writeList(sink, answer.series, (series) => writeElement(sink, series, time));
      break;
    }
    case "matrix": {
      const times = renderGridTimes(answer.grid);
      sink.ascii(`${resultOf("matrix")}[`);
      yield* writeList(sink, answer.series, (series) => writeColumns(sink, series, times));
      break;
    }
    case "samples":
      sink.ascii(`${resultOf("matrix")}[`);
      yield* writeList(sink, answer.series, (series) => writeRuns(sink, series));
      break;
  }
  sink.ascii("]");
}

function resultOf(type: string): string {
  return `"resultType":"${type}","result":`;
}

function* writeList<Series>(
  sink: ByteSink,
  list: Iterable<Series>,
  write: (series: Series) => Chunks | undefined,
): Chunks {
  let isFirst = true;
  for (const series of list) {
    if (!isFirst) sink.ascii(",");
    isFirst = false;
    const chunks = write(series);
    if (chunks !== undefined) yield* chunks;
    if (sink.isFull) yield sink.take();
  }
}

/** One element of a vector; too small to be worth a generator. */
function writeElement(sink: ByteSink, series: VectorSeries, time: string): undefined {
  const metric = `{"metric":${labelsJson(series.labels)}`;
  if (series.kinds[0] === FLOAT) {
    sink.text(`${metric},"value":[${time},"`);
    const bytes = sink.reserve(VALUE_BYTES_MAX);
    sink.length = writeSampleValue(bytes, sink.length, series.values[0] as number);
    sink.ascii('"]}');
    return;
  }
  const histogram = series.histograms?.[0];
  if (histogram === undefined) return;
  sink.text(`${metric},"histogram":[${time},${histogramJson(histogram)}]}`);
}

function* writeColumns(sink: ByteSink, series: VectorSeries, times: GridTimes): Chunks {
  sink.text(`{"metric":${labelsJson(series.labels)}`);
  yield* writeFloatPoints(sink, series, times);
  yield* writeHistogramPoints(sink, series, times);
  sink.ascii("}");
}

function* writeRuns(sink: ByteSink, series: RangeSeries): Chunks {
  sink.text(`{"metric":${labelsJson(series.labels)}`);
  yield* writeFloatRun(sink, series.floats);
  yield* writeHistogramRun(sink, series.histograms);
  sink.ascii("}");
}
