import type { Annotation, RangeSeries, StepGrid, VectorSeries } from "#promql";

/**
 * What is rendered: a query's value, its series one after the other, so that an engine may compute a
 * series when its turn comes. They are gone through once; some formats keep them until the end.
 */
export type Answer =
  | { readonly type: "scalar"; readonly timeMs: number; readonly value: number }
  | { readonly type: "string"; readonly timeMs: number; readonly value: string }
  | { readonly type: "vector"; readonly timeMs: number; readonly series: Iterable<VectorSeries> }
  | { readonly type: "matrix"; readonly grid: StepGrid; readonly series: Iterable<VectorSeries> }
  | { readonly type: "samples"; readonly series: Iterable<RangeSeries> };

/** An answer with what the engine remarked on the way; complete when the last series is taken. */
export interface AnnotatedAnswer {
  readonly value: Answer;
  readonly annotations: readonly Annotation[];
}

/** An answer that is made of series. */
export type SeriesAnswer = Extract<Answer, { readonly series: unknown }>;

/** The same kind of answer with other series. */
export function withSeries(
  answer: SeriesAnswer,
  transform: <Series>(series: Iterable<Series>) => Iterable<Series>,
): SeriesAnswer {
  return answer.type === "samples"
    ? { ...answer, series: transform(answer.series) }
    : { ...answer, series: transform(answer.series) };
}
