import type { Answer } from "../answer.ts";
import { ByteSink } from "../byte-sink.ts";
import { scalarPoint, stringPoint, writeElements } from "../json/write-elements.ts";

/**
 * One JSON document a line, each of which is what Prometheus' API has as one element of
 * `data.result`: a series with its value or values. Scalars and strings are an element without labels.
 */
export function* renderNdjson(answer: Answer): Generator<Uint8Array<ArrayBuffer>> {
  const sink = new ByteSink();
  if (answer.type === "scalar") sink.ascii(`{"metric":{},"value":${scalarPoint(answer)}}\n`);
  else if (answer.type === "string") sink.text(`{"metric":{},"value":${stringPoint(answer)}}\n`);
  else yield* writeElements(sink, answer, { between: "", after: "\n" });
  yield sink.take();
}
