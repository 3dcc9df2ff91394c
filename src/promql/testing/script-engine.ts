import type { FloatHistogram, Labels } from "#model";
import type { PromqlStorage } from "../eval/promql-storage.ts";
import type { ScriptRange } from "./script.ts";

/** What runs the queries of a script: an engine with every part of the language switched on. */
export interface ScriptEngine {
  /** Both reject where the query is refused or fails. */
  instant(query: string, storage: PromqlStorage, timeMs: number): Promise<ScriptAnswer>;
  range(query: string, storage: PromqlStorage, range: ScriptRange): Promise<ScriptAnswer>;
}

export interface ScriptAnswer {
  readonly value: AnswerValue;
  /** As users see them: `PromQL warning: … (1:5)`. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

export type AnswerValue =
  | { readonly type: "scalar"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "vector"; readonly samples: readonly AnswerSample[] }
  | { readonly type: "matrix"; readonly series: readonly AnswerSeries[] };

export interface AnswerSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
}

export interface AnswerSeries {
  readonly labels: Labels;
  readonly points: readonly { readonly timeMs: number; readonly value: number | FloatHistogram }[];
}
