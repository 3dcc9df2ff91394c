import type { SeriesSelection } from "./label-queryable.ts";
import type { Labels } from "./labels.ts";

/** An exemplar as it is kept: its time is known. */
export interface TimedExemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

/** The exemplars of one series, by time. */
export interface ExemplarsOfSeries {
  readonly labels: Labels;
  readonly exemplars: readonly TimedExemplar[];
}

/** Where exemplars are read from. */
export interface ExemplarQueryable {
  /** Series with exemplars in the range, both ends in, sorted by labels. */
  selectExemplars(selection: SeriesSelection): Promise<readonly ExemplarsOfSeries[]>;
}
