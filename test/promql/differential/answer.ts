/** What a query gave, whoever was asked: labels as JSON objects, native histograms as the API shows them. */
export type Answer =
  | { readonly error: string }
  | {
      readonly type: "scalar" | "string" | "vector" | "matrix";
      readonly text: string;
      readonly series: readonly SeriesAnswer[];
      readonly annotations: readonly string[];
    };

export interface SeriesAnswer {
  readonly labels: Readonly<Record<string, string>>;
  /** In time order. */
  readonly points: readonly { readonly timeMs: number; readonly value: PointAnswer }[];
}

export type PointAnswer = number | HistogramAnswer;

export interface HistogramAnswer {
  readonly count: number;
  readonly sum: number;
  /** Which ends belong to the bucket, as the API counts them; lower bound, upper bound, observations. */
  readonly buckets: readonly (readonly [
    rule: number,
    lower: number,
    upper: number,
    count: number,
  ])[];
}

/** A query and when it is evaluated; `stepMs` null: an instant query at `endMs`. */
export interface Question {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number | null;
}
