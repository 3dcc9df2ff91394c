import type { FloatHistogram } from "#model";
import { createEngine, DEFAULT_ENGINE_OPTIONS, type PromqlEngine } from "../engine.ts";
import { type Annotation, formatAnnotation } from "../eval/annotations.ts";
import type { RangeSeries } from "../eval/range-samples.ts";
import { type StepGrid, timeAt } from "../eval/step-grid.ts";
import { pointAt, type VectorSeries } from "../eval/vector-series.ts";
import type { QueryResult, QueryValue } from "../query-result.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import { parseExpression } from "../syntax/parse-expression.ts";
import { ALL_PARSER_OPTIONS } from "../syntax/parser-options.ts";
import type { AnswerSeries, AnswerValue, ScriptAnswer, ScriptEngine } from "./script-engine.ts";

/** Prometheus' own runner allows its queries this many. */
const SAMPLES_MAX = 10_000;

/** The engine as Prometheus' scripts expect it: everything switched on, names removed late. */
export function createScriptEngine(
  engine: PromqlEngine = createEngine({
    ...DEFAULT_ENGINE_OPTIONS,
    samplesMax: SAMPLES_MAX,
    isNameRemovalDelayed: true,
  }),
): ScriptEngine {
  return {
    instant: async (query, storage, timeMs) =>
      answerOf(await engine.instant(parse(query), storage, timeMs), query),
    range: async (query, storage, range) =>
      answerOf(await engine.range(parse(query), storage, range), query),
  };
}

function answerOf({ value, annotations }: QueryResult, query: string): ScriptAnswer {
  const texts = (severity: Annotation["severity"]): readonly string[] =>
    annotations
      .filter((annotation) => annotation.severity === severity)
      .map((annotation) => formatAnnotation(annotation, query));
  return { value: answerValue(value), warnings: texts("warning"), infos: texts("info") };
}

function answerValue(value: QueryValue): AnswerValue {
  switch (value.type) {
    case "scalar":
    case "string":
      return value;
    case "vector":
      return {
        type: "vector",
        samples: value.series.flatMap((series) => {
          const point = pointAt(series, 0);
          return point === undefined ? [] : [{ labels: series.labels, value: point }];
        }),
      };
    case "matrix":
      return {
        type: "matrix",
        series: value.series.map((series) => gridSeries(series, value.grid)),
      };
    case "samples":
      return { type: "matrix", series: value.series.map(sampleSeries) };
  }
}

function gridSeries(series: VectorSeries, grid: StepGrid): AnswerSeries {
  const points: { timeMs: number; value: number | FloatHistogram }[] = [];
  for (let i = 0; i < grid.count; i++) {
    const value = pointAt(series, i);
    if (value !== undefined) points.push({ timeMs: timeAt(grid, i), value });
  }
  return { labels: series.labels, points };
}

function sampleSeries({ labels, floats, histograms }: RangeSeries): AnswerSeries {
  const points: { timeMs: number; value: number | FloatHistogram }[] = [];
  for (const column of [floats, histograms]) {
    for (let i = 0; i < column.length; i++) {
      const value = column.values[i];
      if (value !== undefined) points.push({ timeMs: column.timestampsMs[i] ?? 0, value });
    }
  }
  return { labels, points: points.toSorted((a, b) => a.timeMs - b.timeMs) };
}

function parse(query: string): Expression {
  return parseExpression(query, ALL_PARSER_OPTIONS);
}
