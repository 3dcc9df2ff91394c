import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { expect, test } from "vitest";
import { EMPTY_HISTOGRAM, type Labels, labelPairs, labelsOfRecord, labelValue } from "#model";
import { FLOAT, HISTOGRAM, type VectorSeries } from "#promql";
import { type Answer, renderResult } from "#results";
import { pythonOrSkip, runPython } from "./python.ts";
import { anyVector } from "./vector-arbitrary.ts";

interface Row {
  readonly metric: string;
  readonly labels: string;
  readonly timestamp: Date;
  readonly value: number | string | null;
  readonly histogram: string | null;
}

function parquetOf(value: Answer): Uint8Array<ArrayBuffer> {
  const chunks = renderResult({ value, annotations: [] }, { format: "parquet" }, { query: "" });
  return new Uint8Array(Buffer.concat([...chunks]));
}

async function rowsOf(value: Answer): Promise<readonly Row[]> {
  const rows = await parquetReadObjects({ file: parquetOf(value).buffer });
  return rows as unknown as readonly Row[];
}

function labelsOfRow({ labels }: Row): Labels {
  return labelsOfRecord(JSON.parse(labels) as Record<string, string>);
}

test("what another reader finds in the file is what was written", async () => {
  for (const series of fc.sample(anyVector, { seed: 7, numRuns: 10 })) {
    const rows = await rowsOf({ type: "vector", timeMs: 1_700_000_000_007, series });
    expect(rows).toHaveLength(series.length);
    for (const [i, row] of rows.entries()) {
      const { labels, values } = series[i] as VectorSeries;
      expect(row.metric).toBe(labelValue(labels, "__name__"));
      const others = [...labelPairs(labels)].filter(([name]) => name !== "__name__");
      expect([...labelPairs(labelsOfRow(row))]).toEqual(others);
      expect(row.timestamp.getTime()).toBe(1_700_000_000_007);
      expect(row.value).toBe(values[0]);
      expect(row.histogram ?? null).toBeNull();
    }
  }
});

const KINDS: Answer = {
  type: "matrix",
  grid: { startMs: 0, stepMs: 500, count: 3 },
  series: [
    {
      labels: labelsOfRecord({ __name__: "h", job: "a" }),
      dropsName: false,
      kinds: Uint8Array.of(FLOAT, 0, HISTOGRAM),
      values: Float64Array.of(NaN, 0, 0),
      histograms: [undefined, undefined, { ...EMPTY_HISTOGRAM, count: 1, sum: 2 }],
      pointCount: 2,
    },
  ],
};

test("gaps have no row, histograms a column of their own", async () => {
  const labels = '{"job":"a"}';
  expect(await rowsOf(KINDS)).toEqual([
    { metric: "h", labels, timestamp: new Date(0), value: NaN, histogram: null },
    {
      metric: "h",
      labels,
      timestamp: new Date(1000),
      value: null,
      histogram: '{"count":"1","sum":"2"}',
    },
  ]);
});

test("scalars, strings and empty answers are files, too", async () => {
  expect(await rowsOf({ type: "scalar", timeMs: 1, value: -0 })).toMatchObject([{ value: -0 }]);
  expect(await rowsOf({ type: "string", timeMs: 1, value: "é" })).toMatchObject([{ value: "é" }]);
  expect(await rowsOf({ type: "vector", timeMs: 1, series: [] })).toEqual([]);
});

/** More points than one row group holds, most of them in the same series. */
function largeMatrix(seriesCount: number, count: number): Answer {
  const kinds = new Uint8Array(count).fill(FLOAT);
  function* lazily(): Generator<VectorSeries> {
    for (let s = 0; s < seriesCount; s++) {
      const values = Float64Array.from({ length: count }, (_, i) => s * count + i / 3);
      const labels = labelsOfRecord({ __name__: "big", s: String(s) });
      yield { labels, dropsName: false, kinds, values, histograms: null, pointCount: count };
    }
  }
  const grid = { startMs: 1_700_000_000_000, stepMs: 15_000, count };
  return { type: "matrix", grid, series: lazily() };
}

test("row groups are bounded, and series go on from one to the next", async () => {
  const file = parquetOf(largeMatrix(13, 11_000)).buffer;
  const groups = parquetMetadata(file).row_groups.map((group) => Number(group.num_rows));
  expect(groups).toEqual([65_536, 65_536, 13 * 11_000 - 2 * 65_536]);
  const rows = (await parquetReadObjects({ file })) as unknown as readonly Row[];
  expect(rows).toHaveLength(13 * 11_000);
  const wrong = rows.filter(({ labels, timestamp, value }, row) => {
    const s = Math.floor(row / 11_000);
    const i = row % 11_000;
    return (
      labels !== `{"s":"${s}"}` ||
      timestamp.getTime() !== 1_700_000_000_000 + i * 15_000 ||
      value !== s * 11_000 + i / 3
    );
  });
  expect(wrong).toEqual([]);
});

const READ_WITH_ARROW = `
import json, sys, pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
print(json.dumps([str(field.type) for field in table.schema]))
rows = table.to_pylist()
print(json.dumps([len(rows), sum(row["value"] or 0 for row in rows), rows[-1]["labels"], rows[-1]["timestamp"].timestamp()]))
`;

test("Arrow reads the file with the types that it is to have", async ({ skip }) => {
  await pythonOrSkip(["pyarrow"], skip);
  const folder = mkdtempSync(join(tmpdir(), "gaugeway-parquet-"));
  try {
    const file = join(folder, "large.parquet");
    writeFileSync(file, parquetOf(largeMatrix(10, 9000)));
    const [types, content] = (await runPython(READ_WITH_ARROW, [file])).toString().split("\n");
    expect(JSON.parse(types ?? "")).toEqual([
      "string",
      "string",
      "timestamp[ms, tz=UTC]",
      "double",
      "string",
    ]);
    const sum = expect.closeTo(3_779_985_000, -3) as number;
    expect(JSON.parse(content ?? "")).toEqual([90_000, sum, '{"s":"9"}', 1_700_134_985]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
