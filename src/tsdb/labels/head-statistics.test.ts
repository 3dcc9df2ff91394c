import { expect, test } from "vitest";
import { labelsOfRecord } from "#model";
import { Head } from "../head/head.ts";
import { headStatistics } from "./head-statistics.ts";

const MINUTE = 60_000;

function newHead(): Head {
  return new Head({
    blockDurationMs: 30 * MINUTE,
    outOfOrderWindowMs: 30 * MINUTE,
    futureSkewMs: MINUTE,
    seriesMax: 1000,
  });
}

function add(head: Head, labels: Readonly<Record<string, string>>, timestampMs: number): void {
  const ref = head.ensureSeries(labelsOfRecord(labels));
  const batch = {
    length: 1,
    refs: Uint32Array.of(ref),
    timestampsMs: Float64Array.of(timestampMs),
    values: Float64Array.of(1),
  };
  head.append(batch, timestampMs, 1, { add() {} });
}

test("an empty head has no times", async () => {
  expect(await headStatistics(newHead(), 10)).toEqual({
    series: 0,
    labelPairs: 0,
    chunks: 0,
    minMs: null,
    maxMs: null,
    seriesCountByMetricName: [],
    labelValueCountByLabelName: [],
    memoryInBytesByLabelName: [],
    seriesCountByLabelValuePair: [],
  });
});

test("counts series, pairs and bytes, and names the largest", async () => {
  const head = newHead();
  for (let i = 0; i < 3; i++) add(head, { __name__: "m", id: `i${i}` }, 20 * MINUTE);
  add(head, { __name__: "nn", id: "i0", ü: "ä" }, 40 * MINUTE);
  add(head, { __name__: "m", id: "i0" }, 41 * MINUTE);
  expect(await headStatistics(head, 2)).toEqual({
    series: 4,
    labelPairs: 6,
    chunks: 5,
    minMs: 20 * MINUTE,
    maxMs: 41 * MINUTE,
    seriesCountByMetricName: [
      { name: "m", count: 3 },
      { name: "nn", count: 1 },
    ],
    labelValueCountByLabelName: [
      { name: "id", count: 3 },
      { name: "__name__", count: 2 },
    ],
    memoryInBytesByLabelName: [
      { name: "id", count: 8 },
      { name: "__name__", count: 5 },
    ],
    seriesCountByLabelValuePair: [
      { name: "__name__=m", count: 3 },
      { name: "id=i0", count: 2 },
    ],
  });
});

test("finds the largest of many", async () => {
  const head = newHead();
  for (let i = 0; i < 600; i++) {
    add(head, { __name__: `m${(i * 7) % 300}`, id: String(i) }, MINUTE);
    if (i % 100 === 0) add(head, { __name__: "m250", id: `${i}b` }, MINUTE);
  }
  const { seriesCountByMetricName } = await headStatistics(head, 1);
  expect(seriesCountByMetricName).toEqual([{ name: "m250", count: 8 }]);
});

test("dropped series do not count", async () => {
  const head = newHead();
  add(head, { __name__: "old" }, 0);
  add(head, { __name__: "new" }, 200 * MINUTE);
  head.ranges.seal(head.ranges.endedBy(30 * MINUTE));
  head.ranges.drop(head.ranges.endedBy(30 * MINUTE));
  expect(head.dropIdle(1, head.refEnd)).toBe(1);
  const { series, labelPairs, minMs } = await headStatistics(head, 10);
  expect([series, labelPairs, minMs]).toEqual([1, 1, 200 * MINUTE]);
});
