import { type Answer, withSeries } from "./answer.ts";

/** An answer cut to the first `seriesMax` series, and whether there were more. */
export interface LimitedAnswer {
  readonly value: Answer;
  /** Known when the series have been gone through. */
  isTruncated(): boolean;
}

/** Null leaves the answer whole; scalars and strings always are. */
export function limitSeries(value: Answer, seriesMax: number | null): LimitedAnswer {
  if (seriesMax === null || value.type === "scalar" || value.type === "string") {
    return { value, isTruncated: () => false };
  }
  let isTruncated = false;
  const first = function* <Series>(series: Iterable<Series>): Generator<Series> {
    let taken = 0;
    for (const one of series) {
      if (taken === seriesMax) {
        isTruncated = true;
        return;
      }
      taken += 1;
      yield one;
    }
  };
  return { value: withSeries(value, first), isTruncated: () => isTruncated };
}
