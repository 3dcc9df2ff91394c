import { type FloatHistogram, labelPairs } from "#model";
import {
  type AnswerSeries,
  type AnswerValue,
  ascendingBuckets,
  createEngine,
  createScriptEngine,
  DEFAULT_ENGINE_OPTIONS,
  MemoryStorage,
  type PromqlStorage,
  type ScriptAnswer,
} from "#promql";
import type { Answer, HistogramAnswer, Question, SeriesAnswer } from "./answer.ts";
import type { World } from "./world.ts";

/** Everything of a world in memory. */
export function memoryOf(world: World): PromqlStorage {
  const storage = new MemoryStorage();
  for (const { labels, points } of world) storage.append(labels, points);
  return storage;
}

/** Our engine in process. */
export function engineOver(
  storage: PromqlStorage,
  isNameRemovalDelayed: boolean,
): (question: Question) => Promise<Answer> {
  const engine = createScriptEngine(
    createEngine({ ...DEFAULT_ENGINE_OPTIONS, isNameRemovalDelayed }),
  );
  return async ({ query, startMs, endMs, stepMs }) => {
    try {
      return answerOf(
        stepMs === null
          ? await engine.instant(query, storage, endMs)
          : await engine.range(query, storage, { startMs, endMs, stepMs }),
        endMs,
      );
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

function answerOf({ value, warnings, infos }: ScriptAnswer, timeMs: number): Answer {
  const text = value.type === "string" ? value.value : "";
  const annotations = [...warnings, ...infos];
  return { type: value.type, text, series: seriesOf(value, timeMs), annotations };
}

function seriesOf(value: AnswerValue, timeMs: number): readonly SeriesAnswer[] {
  switch (value.type) {
    case "scalar":
      return [{ labels: {}, points: [{ timeMs, value: value.value }] }];
    case "string":
      return [{ labels: {}, points: [] }];
    case "vector":
      return value.samples.map((sample) =>
        shown({ labels: sample.labels, points: [{ timeMs, value: sample.value }] }),
      );
    case "matrix":
      return value.series.map(shown);
  }
}

function shown({ labels, points }: AnswerSeries): SeriesAnswer {
  return {
    labels: Object.fromEntries(labelPairs(labels)),
    points: points.map(({ timeMs, value }) => ({
      timeMs,
      value: typeof value === "number" ? value : histogramAnswer(value),
    })),
  };
}

/** As the API shows buckets: empty ones are left out, and those of NaN observations. */
function histogramAnswer(histogram: FloatHistogram): HistogramAnswer {
  const buckets = Array.from(
    ascendingBuckets(histogram),
    ({ lower, upper, lowerInclusive, upperInclusive, count }) =>
      [ruleOf(lowerInclusive, upperInclusive), lower, upper, count] as const,
  );
  return { count: histogram.count, sum: histogram.sum, buckets };
}

/** 0 = open left, 1 = open right, 2 = open both, 3 = closed both. */
function ruleOf(lowerInclusive: boolean, upperInclusive: boolean): number {
  if (lowerInclusive) return upperInclusive ? 3 : 1;
  return upperInclusive ? 0 : 2;
}
