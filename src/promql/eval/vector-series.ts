import type { FloatHistogram, Labels } from "#model";

/** What stands at a point of a series. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/**
 * One series of an instant vector at all points of a grid, column by column. Presence has a column
 * of its own, so that every NaN may be a value. Whoever reads a series from a vector owns it: the
 * reader passes it on, keeps it, or gives its columns back to the pool, and then looks at it no more.
 */
export interface VectorSeries {
  readonly labels: Labels;
  /**
   * The metric's name, type and unit are to go at the end of the query; until then functions such as
   * label_replace may read them (delayed name removal).
   */
  readonly dropsName: boolean;
  /** `ABSENT`, `FLOAT` or `HISTOGRAM` at each point. */
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  /** Null where no point is a histogram. */
  readonly histograms: (FloatHistogram | undefined)[] | null;
  /** How many points are not absent. */
  readonly pointCount: number;
}

/** Points of a series that is being made. */
export interface MutableColumns {
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  histograms: (FloatHistogram | undefined)[] | null;
  pointCount: number;
}

export type Columns = Readonly<Pick<VectorSeries, keyof MutableColumns>>;

export function seriesOf(labels: Labels, dropsName: boolean, columns: Columns): VectorSeries {
  const { kinds, values, histograms, pointCount } = columns;
  return { labels, dropsName, kinds, values, histograms, pointCount };
}

/** Whether every point is a float: then kinds need not be looked at. */
export function isAllFloats({ kinds, histograms, pointCount }: Columns): boolean {
  return histograms === null && pointCount === kinds.length;
}

export function setFloat(columns: MutableColumns, index: number, value: number): void {
  if (columns.kinds[index] === ABSENT) columns.pointCount += 1;
  columns.kinds[index] = FLOAT;
  columns.values[index] = value;
}

export function setHistogram(
  columns: MutableColumns,
  index: number,
  histogram: FloatHistogram,
): void {
  if (columns.kinds[index] === ABSENT) columns.pointCount += 1;
  columns.kinds[index] = HISTOGRAM;
  columns.histograms ??= Array.from({ length: columns.kinds.length });
  columns.histograms[index] = histogram;
}

/** What a function gives at one point: a float, a histogram or nothing. */
export type PointValue = number | FloatHistogram | undefined;

export function setPoint(columns: MutableColumns, index: number, value: PointValue): void {
  if (value === undefined) return;
  if (typeof value === "number") setFloat(columns, index, value);
  else setHistogram(columns, index, value);
}

/** The value at a point, absent ones as undefined. */
export function pointAt(series: Columns, index: number): PointValue {
  const kind = series.kinds[index];
  if (kind === FLOAT) return series.values[index];
  return kind === HISTOGRAM ? series.histograms?.[index] : undefined;
}

export function copyPoint(from: Columns, to: MutableColumns, index: number): void {
  if (from.kinds[index] === FLOAT) setFloat(to, index, from.values[index] as number);
  else setPoint(to, index, pointAt(from, index));
}
