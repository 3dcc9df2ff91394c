import type { AnnotatedAnswer, Answer } from "../answer.ts";
import { ByteSink } from "../byte-sink.ts";
import { limitSeries } from "../limit-series.ts";
import { remarksOf } from "../remarks.ts";
import { messageJson } from "./json-string.ts";
import { scalarPoint, stringPoint, writeElements } from "./write-elements.ts";

export interface JsonOptions {
  /** The query's text, for the places of warnings. */
  readonly query: string;
  /** How many series are shown; the others are left out with a warning. */
  readonly seriesMax?: number | null;
  /** Asked for when the answer is written: `data.stats`. */
  readonly stats?: () => object;
}

/** The body of Prometheus' API for a query that succeeded, byte for byte, in chunks. */
export function* renderJson(
  answer: AnnotatedAnswer,
  options: JsonOptions,
): Generator<Uint8Array<ArrayBuffer>> {
  const sink = new ByteSink();
  const limited = limitSeries(answer.value, options.seriesMax ?? null);
  sink.ascii('{"status":"success","data":{');
  yield* writeResult(sink, limited.value);
  if (options.stats !== undefined) sink.text(`,"stats":${JSON.stringify(options.stats())}`);
  sink.ascii("}");
  const { warnings, infos } = remarksOf(answer.annotations, options.query, limited.isTruncated());
  sink.text(`${listJson("warnings", warnings)}${listJson("infos", infos)}}`);
  yield sink.take();
}

function* writeResult(sink: ByteSink, answer: Answer): Generator<Uint8Array<ArrayBuffer>> {
  // Samples are a matrix whose series have times of their own.
  sink.ascii(`"resultType":"${answer.type === "samples" ? "matrix" : answer.type}","result":`);
  if (answer.type === "scalar") return sink.ascii(scalarPoint(answer));
  if (answer.type === "string") return sink.text(stringPoint(answer));
  sink.ascii("[");
  yield* writeElements(sink, answer, { between: ",", after: "" });
  sink.ascii("]");
}

/** The body for a query that failed. */
export function errorJson(errorType: string, message: string): string {
  return `{"status":"error","errorType":${messageJson(errorType)},"error":${messageJson(message)}}`;
}

function listJson(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? "" : `,"${name}":[${texts.map(messageJson).join(",")}]`;
}
