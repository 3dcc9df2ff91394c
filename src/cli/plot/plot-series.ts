/** One line of a chart: finite values at rising times; what is missing between them is a gap. */
export interface PlotSeries {
  readonly name: string;
  readonly timesMs: readonly number[];
  /** NaN and infinities are gaps. */
  readonly values: readonly number[];
}

/** The part of a plane that a chart shows. */
export interface Domain {
  readonly min: number;
  readonly max: number;
}
