import { labelsOfRecord } from "../../src/model/index.ts";
import { FLOAT, type VectorSeries } from "../../src/promql/index.ts";
import { type Answer, renderResult, type ResultFormat } from "../../src/results/index.ts";
import { type BenchRow, type Measurement, median } from "../row.ts";

const SERIES = 1000;
/** 361,000 points, as an hour of 1,000 series every 10 s. */
const POINTS = 361;
const grid = { startMs: 1_700_000_000_000, stepMs: 10_000, count: POINTS };
const RUNS = 9;

/** What values look like decides how dear their digits are. */
const VALUES: readonly (readonly [
  name: string,
  value: (series: number, point: number) => number,
])[] = [
  ["whole numbers", (series, point) => series * 1000 + point * 17],
  ["three decimals", (series, point) => Math.round(series * 1e6 + point * 17_370) / 1000],
  ["full precision", (series, point) => Math.abs(Math.sin(series * POINTS + point)) * 1000],
];

/** Rendering alone, beside building the same text as objects and strings in JavaScript. */
export const renderResultRow: BenchRow = {
  name: "render-result",
  description: "a matrix of 361,000 points in memory to bytes, CPU time, median of 9",
  run: (log) => {
    const measurements: Measurement[] = [];
    for (const [name, value] of VALUES) {
      const series = seriesOf(value);
      const answer: Answer = { type: "matrix", grid, series };
      const byStrings = cpuMsOf(() => renderByStrings(series));
      for (const format of ["json", "csv", "parquet"] as const) {
        const ours = cpuMsOf(() => render(answer, format));
        log(
          `${format}, ${name}: ${ours.toFixed(1)} ms; JSON.stringify: ${byStrings.toFixed(1)} ms`,
        );
        measurements.push({
          what: `${format}, ${name}`,
          unit: "ms",
          ours,
          peers: format === "json" ? [{ system: "JSON.stringify", value: byStrings }] : [],
          goal: format === "json" ? "28 ms" : "less",
        });
      }
    }
    return Promise.resolve(measurements);
  },
};

function seriesOf(value: (series: number, point: number) => number): readonly VectorSeries[] {
  const kinds = new Uint8Array(POINTS).fill(FLOAT);
  return Array.from({ length: SERIES }, (_, series) => ({
    labels: labelsOfRecord({
      __name__: "http_requests_total",
      instance: `10.0.${series >> 8}.${series & 255}:9100`,
      job: "node",
      path: `/api/${series}`,
    }),
    dropsName: false,
    kinds,
    values: Float64Array.from({ length: POINTS }, (_value, point) => value(series, point)),
    histograms: null,
    pointCount: POINTS,
  }));
}

function render(value: Answer, format: ResultFormat): number {
  let bytes = 0;
  const chunks = renderResult({ value, annotations: [] }, { format }, { query: "" });
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

function renderByStrings(series: readonly VectorSeries[]): number {
  const result = series.map(({ labels, values }) => {
    const metric: Record<string, string> = {};
    for (let i = 0; i < labels.length; i += 2) metric[labels[i] ?? ""] = labels[i + 1] ?? "";
    const points = Array.from(values, (value, i) => [
      (grid.startMs + i * grid.stepMs) / 1000,
      String(value),
    ]);
    return { metric, values: points };
  });
  const body = JSON.stringify({ status: "success", data: { resultType: "matrix", result } });
  return new TextEncoder().encode(body).length;
}

function cpuMsOf(work: () => number): number {
  const runs = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return median(runs);
}
