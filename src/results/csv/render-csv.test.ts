import { expect, test } from "vitest";
import { EMPTY_HISTOGRAM, labelsOfRecord } from "#model";
import { FLOAT, HISTOGRAM, type VectorSeries } from "#promql";
import type { Answer } from "../answer.ts";
import { type CsvOptions, renderCsv } from "./render-csv.ts";

function csvOf(answer: Answer, options?: CsvOptions): string {
  const utf8 = new TextDecoder();
  return Array.from(renderCsv(answer, options), (chunk) =>
    utf8.decode(chunk, { stream: true }),
  ).join("");
}

function floats(
  labels: Readonly<Record<string, string>>,
  ...values: readonly (number | null)[]
): VectorSeries {
  return {
    labels: labelsOfRecord(labels),
    dropsName: false,
    kinds: Uint8Array.from(values, (value) => (value === null ? 0 : FLOAT)),
    values: Float64Array.from(values, (value) => value ?? 0),
    histograms: null,
    pointCount: values.filter((value) => value !== null).length,
  };
}

const MIXED: Answer = {
  type: "matrix",
  grid: { startMs: 1_700_000_000_000, stepMs: 500, count: 3 },
  series: [
    floats({ __name__: "up", job: "a,b" }, 1, null, 0.5),
    {
      labels: labelsOfRecord({ __name__: "latency" }),
      dropsName: false,
      kinds: Uint8Array.of(0, HISTOGRAM, FLOAT),
      values: Float64Array.of(0, 0, 2),
      histograms: [undefined, { ...EMPTY_HISTOGRAM, count: 1, sum: 2 }, undefined],
      pointCount: 2,
    },
  ],
};

test("a matrix is long: a row a sample, a column a label", () => {
  expect(csvOf(MIXED)).toBe(
    "name,timestamp,value,job\r\n" +
      'up,1700000000,1,"a,b"\r\n' +
      'up,1700000001,0.5,"a,b"\r\n' +
      'latency,1700000000.5,"{""count"":""1"",""sum"":""2""}",\r\n' +
      "latency,1700000001,2,\r\n",
  );
});

test("or wide: a row a moment, a column a series", () => {
  expect(csvOf(MIXED, { layout: "wide" })).toBe(
    'timestamp,"up{job=""a,b""}",latency\r\n' +
      "1700000000,1,\r\n" +
      '1700000000.5,,"{""count"":""1"",""sum"":""2""}"\r\n' +
      "1700000001,0.5,2\r\n",
  );
});

test("samples as stored keep their own times, floats and histograms in one order", () => {
  const run = { startTimestampsMs: null };
  const answer: Answer = {
    type: "samples",
    series: [
      {
        labels: labelsOfRecord({ a: "1" }),
        dropsName: false,
        floats: {
          ...run,
          length: 2,
          timestampsMs: Float64Array.of(1001, 3000),
          values: Float64Array.of(1, 3),
        },
        histograms: {
          ...run,
          length: 1,
          timestampsMs: Float64Array.of(2000),
          values: [EMPTY_HISTOGRAM],
        },
      },
    ],
  };
  const histogram = '"{""count"":""0"",""sum"":""0""}"';
  expect(csvOf(answer)).toBe(
    `name,timestamp,value,a\r\n,1.001,1,1\r\n,2,${histogram},1\r\n,3,3,1\r\n`,
  );
  expect(csvOf(answer, { layout: "wide" })).toBe(
    `timestamp,"{a=""1""}"\r\n1.001,1\r\n2,${histogram}\r\n3,3\r\n`,
  );
});

test.each<[Answer, string]>([
  [{ type: "scalar", timeMs: 250, value: 1e21 }, ",0.25,1e+21"],
  [{ type: "string", timeMs: 1000, value: 'a "b"\n' }, ',1,"a ""b""\n"'],
])("%j is one row without a name", (answer, row) => {
  expect(csvOf(answer)).toBe(`name,timestamp,value\r\n${row}\r\n`);
  expect(csvOf(answer, { layout: "wide" })).toBe(`name,timestamp,value\r\n${row}\r\n`);
});

test("an empty answer is its header", () => {
  expect(csvOf({ type: "vector", timeMs: 0, series: [] })).toBe("name,timestamp,value\r\n");
  expect(csvOf({ type: "vector", timeMs: 0, series: [] }, { layout: "wide" })).toBe(
    "timestamp\r\n",
  );
});

test("the form for spreadsheets disarms formulas and leaves numbers alone", () => {
  const texts = [
    "=1+1",
    "+1",
    "-cmd|' /C calc'!A0",
    "@SUM(1)",
    "\tx",
    "\rx",
    "＝1",
    "a=b",
    "-1",
    "",
  ];
  const answer: Answer = {
    type: "vector",
    timeMs: -1000,
    series: [
      ...texts.map((text, i) => floats({ __name__: "=x", i: `n${i}`, text }, 0 - i)),
      floats({ i: "n" }, Infinity),
      floats({ i: "n" }, -Infinity),
      floats({ i: "n" }, -1e-7),
    ],
  };
  expect(csvOf(answer, { isSpreadsheetSafe: true }).split("\r\n")).toEqual([
    "name,timestamp,value,i,text",
    "'=x,-1,0,n0,'=1+1",
    "'=x,-1,-1,n1,'+1",
    "'=x,-1,-2,n2,'-cmd|' /C calc'!A0",
    "'=x,-1,-3,n3,'@SUM(1)",
    "'=x,-1,-4,n4,'\tx",
    "'=x,-1,-5,n5,\"'\rx\"",
    "'=x,-1,-6,n6,'＝1",
    "'=x,-1,-7,n7,a=b",
    "'=x,-1,-8,n8,-1",
    "'=x,-1,-9,n9,",
    ",-1,'+Inf,n,",
    ",-1,'-Inf,n,",
    ",-1,-1e-07,n,",
    "",
  ]);
  const injected = floats({ __name__: "x", "=1+1": "y" }, 1);
  expect(
    csvOf({ type: "vector", timeMs: 0, series: [injected] }, { isSpreadsheetSafe: true }),
  ).toContain("name,timestamp,value,'=1+1\r\n");
});
