import type { FloatHistogram, Labels } from "#model";

/**
 * A script in Prometheus' own test language for PromQL: data to load and queries with the answers
 * they must give (https://github.com/prometheus/prometheus/tree/main/promql/promqltest).
 */
export type ScriptCommand = ClearCommand | LoadCommand | EvaluationCommand;

/** `clear`: begin with an empty storage. */
export interface ClearCommand {
  readonly kind: "clear";
  readonly line: number;
}

/** `load 5m` and its series. */
export interface LoadCommand {
  readonly kind: "load";
  readonly line: number;
  readonly stepMs: number;
  /** `load_with_nhcb`: classic histograms are also stored as native ones with custom buckets. */
  readonly withCustomBuckets: boolean;
  readonly series: readonly ScriptSeries[];
}

/** One line of data; the item at index i has the time i × step. */
export interface ScriptSeries {
  readonly labels: Labels;
  readonly items: readonly ScriptItem[];
  /** From an `@st` line: for each item its start time relative to its own, null where unknown. */
  readonly startOffsetsMs: readonly (number | null)[] | null;
}

/** One point, given or expected. */
export type ScriptItem =
  | { readonly kind: "missing" }
  | { readonly kind: "stale" }
  | { readonly kind: "float"; readonly value: number }
  | {
      readonly kind: "histogram";
      readonly histogram: FloatHistogram;
      /** Comparisons look at the counter reset hint only where the script states one. */
      readonly statesHint: boolean;
    };

/** `eval instant at 5m query` or `eval range from 0 to 10m step 1m query`, and what to expect. */
export interface EvaluationCommand {
  readonly kind: "evaluation";
  readonly line: number;
  readonly query: string;
  readonly isRange: boolean;
  /** The time of an instant query; the end of a range. */
  readonly timeMs: number;
  /** Of the range query, or of the range vector that an instant query must give. */
  readonly range: ScriptRange | null;
  readonly expected: Expectations;
}

export interface ScriptRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** What an evaluation must give. Exactly one of scalar, text and series is looked at. */
export interface Expectations {
  readonly isOrdered: boolean;
  /** The evaluation must fail, with a message that passes. */
  readonly failure: TextTest | null;
  readonly warnings: AnnotationExpectation;
  readonly infos: AnnotationExpectation;
  readonly scalar: number | null;
  readonly text: string | null;
  /** In the order of their lines; empty: no series. */
  readonly series: readonly { readonly labels: Labels; readonly items: readonly ScriptItem[] }[];
}

/** `none`: there must be none; otherwise every test must be passed by some, and every one pass some. */
export type AnnotationExpectation = "none" | readonly TextTest[];

/** `msg:` or `regex:`; without either, any text passes. */
export interface TextTest {
  readonly description: string;
  passes(text: string): boolean;
}
