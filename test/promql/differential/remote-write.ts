import { type FloatHistogram, type HistogramBuckets, type Labels, labelPairs } from "#model";
import type { StoredPoint } from "#promql";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { INTERVAL_MS, type World } from "./world.ts";

const STALE_MARKER_BITS = 0x7ff0000000000002n;
const RESET_HINTS = ["unknown", "reset", "not_reset", "gauge"];

/**
 * Sends all samples of a world to a receiver, one request for each scrape interval: of one request
 * the receiver stores all floats before all histograms, which is out of order in a series of both.
 */
export async function remoteWrite(url: string, world: World): Promise<void> {
  const slices = new Map<number, ProtobufWriter>();
  for (const { labels, points } of world) {
    const bySlice = Map.groupBy(points, ({ timeMs }) => Math.floor(timeMs / INTERVAL_MS));
    for (const [slice, some] of bySlice) {
      const request = slices.get(slice) ?? new ProtobufWriter();
      slices.set(slice, request.message(1, timeSeries(labels, some)));
    }
  }
  const inOrder = [...slices].toSorted(([a], [b]) => a - b);
  for (const [, request] of inOrder) await sendWriteRequest(url, request.bytes());
}

/** One request in the format of remote write 1.0. */
export async function sendWriteRequest(url: string, request: Uint8Array): Promise<void> {
  const response = await fetch(`${url}/api/v1/write`, {
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "snappy",
      "x-prometheus-remote-write-version": "0.1.0",
    },
    body: snappyLiteral(request),
  });
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
}

function timeSeries(labels: Labels, points: readonly StoredPoint[]): ProtobufWriter {
  const series = new ProtobufWriter();
  for (const [name, value] of labelPairs(labels)) {
    series.message(1, new ProtobufWriter().text(1, name).text(2, value));
  }
  for (const { timeMs, item } of points) {
    if (item.kind === "histogram") series.message(4, histogram(item.histogram, timeMs));
    else series.message(2, sample(item.kind === "stale" ? null : item.value, timeMs));
  }
  return series;
}

/** A null value is a stale marker. */
function sample(value: number | null, timeMs: number): ProtobufWriter {
  const message = new ProtobufWriter();
  if (value === null) message.fixed64(1, STALE_MARKER_BITS);
  else message.double(1, value);
  return message.varint(2, BigInt(timeMs));
}

function histogram(value: FloatHistogram, timeMs: number): ProtobufWriter {
  const message = new ProtobufWriter()
    .double(2, value.count)
    .double(3, value.sum)
    .zigzag(4, value.schema)
    .double(5, value.zeroThreshold)
    .double(7, value.zeroCount);
  writeBuckets(message, value.negative, 8, 10);
  writeBuckets(message, value.positive, 11, 13);
  return message
    .varint(14, BigInt(RESET_HINTS.indexOf(value.counterResetHint)))
    .varint(15, BigInt(timeMs))
    .doubles(16, value.customBounds);
}

/** Every bucket in a span of its own. */
function writeBuckets(
  message: ProtobufWriter,
  { indexes, counts }: HistogramBuckets,
  spansField: number,
  countsField: number,
): void {
  // A span's offset counts from the end of the span before it; exponential bucket 0 ends at 1.
  let end = 0;
  for (const index of indexes) {
    message.message(spansField, new ProtobufWriter().zigzag(1, index - end).varint(2, 1n));
    end = index + 1;
  }
  message.doubles(countsField, counts);
}

const LITERAL_WITH_4_LENGTH_BYTES = 63 << 2;

/** Snappy's block format with everything in one literal: valid, not smaller. */
function snappyLiteral(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const head: number[] = [];
  let rest = bytes.length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) head.push((rest % 128) + 128);
  head.push(rest, LITERAL_WITH_4_LENGTH_BYTES);
  const framed = new Uint8Array(head.length + 4 + bytes.length);
  framed.set(head);
  new DataView(framed.buffer).setUint32(head.length, bytes.length - 1, true);
  framed.set(bytes, head.length + 4);
  return framed;
}
