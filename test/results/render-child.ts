/**
 * Renders a large answer in the format that the argument names, and prints how much memory the
 * process grew by after a twentieth of the rows. Started with a small heap.
 */
import { labelsOfRecord } from "#model";
import { FLOAT, type VectorSeries } from "#promql";
import { renderResult, type ResultFormat } from "#results";

const POINTS = 10_000;
const kinds = new Uint8Array(POINTS).fill(FLOAT);
const values = Float64Array.from({ length: POINTS }, (_, i) => i / 3);

function* series(count: number): Generator<VectorSeries> {
  for (let s = 0; s < count; s++) {
    const labels = labelsOfRecord({ __name__: "big", s: String(s) });
    yield { labels, dropsName: false, kinds, values, histograms: null, pointCount: POINTS };
  }
}

function render(format: ResultFormat, seriesCount: number): number {
  const grid = { startMs: 1_700_000_000_000, stepMs: 15_000, count: POINTS };
  const value = { type: "matrix", grid, series: series(seriesCount) } as const;
  let bytes = 0;
  for (const chunk of renderResult({ value, annotations: [] }, { format }, { query: "" })) {
    bytes += chunk.length;
  }
  return bytes;
}

const format = process.argv[2] as ResultFormat;
render(format, 10);
const beforeKiB = process.resourceUsage().maxRSS;
const bytes = render(format, 200);
const grownBytes = (process.resourceUsage().maxRSS - beforeKiB) * 1024;
process.stdout.write(JSON.stringify({ bytes, grownBytes }));
