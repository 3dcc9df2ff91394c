import type { FloatHistogram, Labels } from "#model";
import type { StepGrid } from "./step-grid.ts";

/** What stands at a point of a series. */
export const ABSENT = 0;
export const FLOAT = 1;
export const HISTOGRAM = 2;

/**
 * One series of an instant vector at all points of a grid, column by column. Presence has a column
 * of its own, so that every NaN may be a value.
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
}

/** Points of a series that is being made. */
export interface MutableColumns {
  readonly kinds: Uint8Array;
  readonly values: Float64Array;
  histograms: (FloatHistogram | undefined)[] | null;
}

export function emptyColumns(grid: StepGrid): MutableColumns {
  return {
    kinds: new Uint8Array(grid.count),
    values: new Float64Array(grid.count),
    histograms: null,
  };
}

export function setFloat(columns: MutableColumns, index: number, value: number): void {
  columns.kinds[index] = FLOAT;
  columns.values[index] = value;
}

export function setHistogram(
  columns: MutableColumns,
  index: number,
  histogram: FloatHistogram,
): void {
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
export function pointAt(series: MutableColumns | VectorSeries, index: number): PointValue {
  const kind = series.kinds[index];
  if (kind === FLOAT) return series.values[index];
  return kind === HISTOGRAM ? series.histograms?.[index] : undefined;
}

export function copyPoint(from: VectorSeries, to: MutableColumns, index: number): void {
  setPoint(to, index, pointAt(from, index));
}

/** Whether any point is present. */
export function hasPoints(columns: MutableColumns): boolean {
  return columns.kinds.some((kind) => kind !== ABSENT);
}

/** The series, or nothing where all its points are absent. */
export function* seriesOf(
  labels: Labels,
  dropsName: boolean,
  columns: MutableColumns,
): Generator<VectorSeries> {
  if (hasPoints(columns)) yield { labels, dropsName, ...columns };
}
