import type { FloatHistogram, Labels, Matcher } from "#model";

/** Samples of one series in time order, times strictly rising; only the first `length` count. */
export interface SeriesSamples {
  readonly length: number;
  /**
   * Series of one scrape have the same times. A storage that gives them as the same object, with the
   * same length, saves the evaluation from finding the same steps in them again.
   */
  readonly timestampsMs: Float64Array;
  /** Stale markers keep their bits: see stale-marker.ts of the model. A histogram's entry is ignored. */
  readonly values: Float64Array;
  /** The histogram where the sample is one; null where all samples are floats. */
  readonly histograms: readonly (FloatHistogram | undefined)[] | null;
  /** When the counter began to count, 0 where that is not known; null where no sample says. */
  readonly startTimestampsMs: Float64Array | null;
}

/** A selected series; its samples are read only when the evaluation comes to it. */
export interface StoredSeries {
  readonly labels: Labels;
  /** Valid until the next series is read. */
  samples(): SeriesSamples;
}

/** Where queries read from. Everything a query needs is selected before its evaluation begins. */
export interface PromqlStorage {
  /**
   * Series for which every matcher holds, sorted by labels, with at least their samples from
   * `minMs` to `maxMs`, both included. They stay readable until the query ends.
   */
  select(
    matchers: readonly Matcher[],
    minMs: number,
    maxMs: number,
  ): Promise<readonly StoredSeries[]>;
}
