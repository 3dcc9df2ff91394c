import type { FloatHistogram } from "../../src/model/histogram.ts";
import { ProtobufWriter } from "../../test/promql/differential/protobuf-writer.ts";
import { sendWriteRequest } from "../../test/promql/differential/remote-write.ts";

const SAMPLES_PER_REQUEST = 20;

/** Sends each series' histograms to Prometheus as it takes them from its own scrapes: with integers. */
export async function writeHistograms(
  url: string,
  series: readonly (readonly FloatHistogram[])[],
  times: Float64Array,
): Promise<void> {
  for (let from = 0; from < times.length; from += SAMPLES_PER_REQUEST) {
    const request = new ProtobufWriter();
    for (const [id, histograms] of series.entries()) {
      const message = new ProtobufWriter()
        .message(1, new ProtobufWriter().text(1, "__name__").text(2, "h"))
        .message(1, new ProtobufWriter().text(1, "id").text(2, String(id)));
      const to = Math.min(from + SAMPLES_PER_REQUEST, times.length);
      for (let i = from; i < to; i++) {
        message.message(4, histogram(histograms[i] as FloatHistogram, times[i] as number));
      }
      request.message(1, message);
    }
    await sendWriteRequest(url, request.bytes());
  }
}

function histogram(
  { count, sum, schema, zeroThreshold, positive: { indexes, counts } }: FloatHistogram,
  timeMs: number,
): ProtobufWriter {
  const message = new ProtobufWriter()
    .varint(1, BigInt(count))
    .double(3, sum)
    .zigzag(4, schema)
    .double(5, zeroThreshold)
    .varint(6, 0n);
  let next = 0;
  for (let from = 0; from < indexes.length;) {
    const first = indexes[from] as number;
    let to = from + 1;
    while (indexes[to] === first + to - from) to += 1;
    const length = to - from;
    message.message(11, new ProtobufWriter().zigzag(1, first - next).varint(2, BigInt(length)));
    next = first + length;
    from = to;
  }
  let before = 0;
  for (const observations of counts) {
    message.zigzag(12, observations - before);
    before = observations;
  }
  return message.varint(15, BigInt(timeMs));
}
