import { labelsOfRecord } from "#model";
import { FLOAT, type VectorSeries } from "#promql";
import type { Answer } from "#results";

interface Body {
  readonly data: { readonly resultType: string; readonly result: unknown };
}
type Point = readonly [seconds: number, value: string];
type Metric = Readonly<Record<string, string>>;

/** An answer of Prometheus' API without histograms, read back into what is rendered. */
export function rereadAnswer(body: string): Answer {
  const { resultType, result } = (JSON.parse(body) as Body).data;
  switch (resultType) {
    case "scalar": {
      const [seconds, value] = result as Point;
      return { type: "scalar", timeMs: millisecondsOf(seconds), value: numberOf(value) };
    }
    case "string": {
      const [seconds, value] = result as Point;
      return { type: "string", timeMs: millisecondsOf(seconds), value };
    }
    case "vector": {
      const elements = result as readonly { readonly metric: Metric; readonly value: Point }[];
      const timeMs = millisecondsOf(elements[0]?.value[0] ?? 0);
      const series = elements.map(({ metric, value }) =>
        floatSeries(metric, [value], { startMs: timeMs, stepMs: 0, count: 1 }),
      );
      return { type: "vector", timeMs, series };
    }
    default:
      return rereadMatrix(result as readonly MatrixSeries[]);
  }
}

interface MatrixSeries {
  readonly metric: Metric;
  readonly values: readonly Point[];
}

/** The grid is that of all times together: tests see to it that none is missing everywhere. */
function rereadMatrix(result: readonly MatrixSeries[]): Answer {
  const times = new Set(result.flatMap(({ values }) => values.map(([seconds]) => seconds)));
  const sorted = [...times].map(millisecondsOf).toSorted((a, b) => a - b);
  const [startMs = 0, second = startMs] = sorted;
  const grid = { startMs, stepMs: second - startMs, count: sorted.length };
  const series = result.map(({ metric, values }) => floatSeries(metric, values, grid));
  return { type: "matrix", grid, series };
}

function floatSeries(
  metric: Metric,
  points: readonly Point[],
  grid: { readonly startMs: number; readonly stepMs: number; readonly count: number },
): VectorSeries {
  const kinds = new Uint8Array(grid.count);
  const values = new Float64Array(grid.count);
  for (const [seconds, value] of points) {
    const index = grid.count === 1 ? 0 : (millisecondsOf(seconds) - grid.startMs) / grid.stepMs;
    kinds[index] = FLOAT;
    values[index] = numberOf(value);
  }
  const labels = labelsOfRecord(metric);
  const pointCount = points.length;
  return { labels, dropsName: false, kinds, values, histograms: null, pointCount };
}

function millisecondsOf(seconds: number): number {
  return Math.round(seconds * 1000);
}

function numberOf(text: string): number {
  return Number(text.replace("Inf", "Infinity"));
}
