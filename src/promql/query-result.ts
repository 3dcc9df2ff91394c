import type { Annotation } from "./eval/annotations.ts";
import type { RangeSeries } from "./eval/range-samples.ts";
import type { QueryStatistics } from "./eval/query-samples.ts";
import type { StepGrid } from "./eval/step-grid.ts";
import type { VectorSeries } from "./eval/vector-series.ts";

/** What a query gives, by the type of its expression. */
export type QueryValue =
  | { readonly type: "scalar"; readonly timeMs: number; readonly value: number }
  | { readonly type: "string"; readonly timeMs: number; readonly value: string }
  /** Each series has exactly one point, at `timeMs`; in the order that sort or topk gave. */
  | {
      readonly type: "vector";
      readonly timeMs: number;
      readonly series: readonly VectorSeries[];
    }
  /** The answer of a range query: columns over the grid. */
  | { readonly type: "matrix"; readonly grid: StepGrid; readonly series: readonly VectorSeries[] }
  /** The answer of an instant query for a range vector: samples as stored, sorted by labels. */
  | { readonly type: "samples"; readonly series: readonly RangeSeries[] };

export interface QueryResult {
  readonly value: QueryValue;
  readonly annotations: readonly Annotation[];
  readonly statistics: QueryStatistics;
}
