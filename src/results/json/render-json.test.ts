import { expect, test } from "vitest";
import { type FloatHistogram, EMPTY_HISTOGRAM, labelsOfRecord } from "#model";
import { type Annotation, FLOAT, HISTOGRAM, type VectorSeries } from "#promql";
import type { Answer } from "../answer.ts";
import { type JsonOptions, renderJson } from "./render-json.ts";

function chunksOf(value: Answer, options: JsonOptions = { query: "" }): Uint8Array[] {
  return [...renderJson({ value, annotations: [] }, options)];
}

function textOf(chunks: Iterable<Uint8Array>): string {
  const utf8 = new TextDecoder();
  return Array.from(chunks, (chunk) => utf8.decode(chunk, { stream: true })).join("");
}

const HISTOGRAM_SAMPLE: FloatHistogram = {
  ...EMPTY_HISTOGRAM,
  count: 10,
  sum: -1e-7,
  zeroThreshold: 0.001,
  zeroCount: 2,
  positive: { indexes: Int32Array.of(0, 1, 2), counts: Float64Array.of(1, 0, 4) },
  negative: { indexes: Int32Array.of(1), counts: Float64Array.of(3) },
};
const HISTOGRAM_JSON =
  '{"count":"10","sum":"-1e-07","buckets":[[1,"-2","-1","3"],[3,"-0.001","0.001","2"],' +
  '[0,"0.5","1","1"],[0,"2","4","4"]]}';

test("histograms stand beside the floats of a series", () => {
  const series: VectorSeries = {
    labels: labelsOfRecord({ __name__: "h" }),
    dropsName: false,
    kinds: Uint8Array.of(HISTOGRAM, FLOAT, 0, HISTOGRAM, FLOAT),
    values: Float64Array.of(0, 1.5, 0, 0, NaN),
    histograms: [HISTOGRAM_SAMPLE, undefined, undefined, EMPTY_HISTOGRAM, undefined],
    pointCount: 4,
  };
  const matrix = textOf(
    chunksOf({ type: "matrix", grid: { startMs: 0, stepMs: 250, count: 5 }, series: [series] }),
  );
  expect(matrix).toBe(
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"h"},' +
      '"values":[[0.250,"1.5"],[1,"NaN"]],' +
      `"histograms":[[0,${HISTOGRAM_JSON}],[0.750,{"count":"0","sum":"0"}]]}]}}`,
  );
  expect(textOf(chunksOf({ type: "vector", timeMs: 7000, series: [series] }))).toBe(
    '{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"h"},' +
      `"histogram":[7,${HISTOGRAM_JSON}]}]}}`,
  );
});

test("samples as stored keep their own times", () => {
  const value: Answer = {
    type: "samples",
    series: [
      {
        labels: labelsOfRecord({ a: "b" }),
        dropsName: false,
        floats: {
          length: 2,
          timestampsMs: Float64Array.of(-1500, 1_700_000_000_007),
          values: Float64Array.of(1, 2),
          startTimestampsMs: null,
        },
        histograms: {
          length: 1,
          timestampsMs: Float64Array.of(10),
          values: [HISTOGRAM_SAMPLE],
          startTimestampsMs: null,
        },
      },
    ],
  };
  expect(textOf(chunksOf(value))).toBe(
    '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"a":"b"},' +
      `"values":[[-1.500,"1"],[1700000000.007,"2"]],"histograms":[[0.010,${HISTOGRAM_JSON}]]}]}}`,
  );
});

test("a large answer comes in bounded chunks, while its series are computed one by one", () => {
  const count = 5000;
  const kinds = new Uint8Array(count).fill(FLOAT);
  const values = Float64Array.from({ length: count }, (_, i) => i / 7);
  let computed = 0;
  function* lazily(): Generator<VectorSeries> {
    for (let i = 0; i < 20; i++) {
      computed += 1;
      const labels = labelsOfRecord({ i: String(i) });
      yield { labels, dropsName: false, kinds, values, histograms: null, pointCount: count };
    }
  }
  const grid = { startMs: 1_700_000_000_000, stepMs: 15_000, count };
  const value: Answer = { type: "matrix", grid, series: lazily() };
  const chunks: Uint8Array[] = [];
  const computedPerChunk: number[] = [];
  for (const chunk of renderJson({ value, annotations: [] }, { query: "" })) {
    computedPerChunk.push(computed);
    expect(chunk.length).toBeLessThan(256 * 1024);
    chunks.push(chunk);
  }
  expect(computedPerChunk[0]).toBe(1);
  const parsed = JSON.parse(textOf(chunks)) as {
    data: { result: { values: [number, string][] }[] };
  };
  expect(parsed.data.result).toHaveLength(20);
  for (const { values: points } of parsed.data.result) {
    expect(points.map(([, text]) => Number(text))).toEqual([...values]);
  }
});

function remark(severity: Annotation["severity"], i: number): Annotation {
  return { severity, message: `${severity} ${i} <`, position: { start: 0, end: 1 } };
}

test("ten warnings and ten infos at most, then how many were left out", () => {
  const annotations = Array.from({ length: 12 }, (_, i) => [
    remark("warning", i),
    ...(i < 10 ? [remark("info", i)] : []),
  ]).flat();
  const value: Answer = { type: "scalar", timeMs: 0, value: 1 };
  const text = textOf(renderJson({ value, annotations }, { query: "1" }));
  const { warnings, infos } = JSON.parse(text) as { warnings: string[]; infos: string[] };
  expect(text).toContain(String.raw`"warning 0 \u003c (1:1)"`);
  expect(warnings).toHaveLength(11);
  expect(warnings.at(-1)).toBe("2 more warning annotations omitted");
  expect(infos).toHaveLength(10);
});

test("statistics are asked for after the series", () => {
  let isComputed = false;
  const series = Iterator.from<VectorSeries>({
    next() {
      isComputed = true;
      return { done: true, value: undefined };
    },
  });
  const stats = () => ({ samples: isComputed ? 1 : 0 });
  expect(textOf(chunksOf({ type: "vector", timeMs: 0, series }, { query: "", stats }))).toBe(
    '{"status":"success","data":{"resultType":"vector","result":[],"stats":{"samples":1}}}',
  );
});
