import type { FloatHistogram } from "#model";
import { mixedFloatsHistogramsAggregationWarning } from "../../functions/annotation-texts.ts";
import { roundingError } from "../../histogram/rounding-error.ts";
import type { ColumnPool } from "../column-pool.ts";
import type { StepGrid } from "../step-grid.ts";
import {
  type Columns,
  FLOAT,
  isAllFloats,
  type MutableColumns,
  setFloat,
  setPoint,
} from "../vector-series.ts";
import type { Accumulator, AggregationNotes } from "./accumulator.ts";
import { HistogramTotal } from "./histogram-total.ts";

/**
 * sum and avg. Floats are summed as KahanSum does, but by columns: the sum and its compensation at
 * every step. Where a mean's sum would overflow, the step goes over to a running mean. A step that
 * has floats and histograms has no result.
 */
export class SumAccumulator implements Accumulator {
  readonly #isMean: boolean;
  readonly #notes: AggregationNotes;
  readonly #grid: StepGrid;
  readonly #pool: ColumnPool;
  /** The sums, and in the end the result. */
  readonly #columns: MutableColumns;
  readonly #compensations: MutableColumns;
  /** Members that have a float at every step. */
  #fullCount = 0;
  /** The others' floats at each step; made only if there are any. */
  #counts: Uint32Array | null = null;
  /** 1 at steps whose mean has become a running one; made only if one does. */
  #isRunning: Uint8Array | null = null;
  #histograms: (HistogramTotal | undefined)[] | null = null;

  constructor(isMean: boolean, grid: StepGrid, pool: ColumnPool, notes: AggregationNotes) {
    this.#isMean = isMean;
    this.#notes = notes;
    this.#grid = grid;
    this.#pool = pool;
    this.#columns = pool.take(grid);
    this.#compensations = pool.take(grid);
  }

  addFloats(series: Columns): void {
    const isFull = isAllFloats(series);
    if (isFull) this.#fullCount += 1;
    else this.#countFloats(series);
    if (this.#isMean) this.#addToMeans(series);
    else if (isFull) this.#addToAll(series.values);
    else this.#addWherePresent(series);
  }

  #countFloats({ kinds }: Columns): void {
    this.#counts ??= new Uint32Array(kinds.length);
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === FLOAT) this.#counts[step] = (this.#counts[step] as number) + 1;
    }
  }

  #countAt(step: number): number {
    return this.#fullCount + (this.#counts?.[step] ?? 0);
  }

  #addToAll(values: Float64Array): void {
    const sums = this.#columns.values;
    const compensations = this.#compensations.values;
    for (let step = 0; step < sums.length; step++) {
      const sum = sums[step] as number;
      const value = values[step] as number;
      const total = sum + value;
      compensations[step] = (compensations[step] as number) + roundingError(sum, value, total);
      sums[step] = total;
    }
  }

  #addWherePresent({ kinds, values }: Columns): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === FLOAT) this.#addAt(step, values[step] as number);
    }
  }

  #addToMeans({ kinds, values }: Columns): void {
    const sums = this.#columns.values;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const isFinite = Number.isFinite((sums[step] as number) + value);
      if ((!isFinite || this.#isRunning !== null) && this.#addToMean(step, value)) continue;
      this.#addAt(step, value);
    }
  }

  #addAt(step: number, value: number): void {
    const sums = this.#columns.values;
    const compensations = this.#compensations.values;
    const sum = sums[step] as number;
    const total = sum + value;
    compensations[step] = (compensations[step] as number) + roundingError(sum, value, total);
    sums[step] = total;
  }

  /** Whether the step is, or has just become, a running mean: then the value is in. */
  #addToMean(step: number, value: number): boolean {
    const sums = this.#columns.values;
    const compensations = this.#compensations.values;
    const count = this.#countAt(step);
    const sum = sums[step] as number;
    const overflows = count > 1 && Number.isFinite(sum) && !Number.isFinite(sum + value);
    if (this.#isRunning?.[step] !== 1) {
      if (!overflows) return false;
      this.#isRunning ??= new Uint8Array(sums.length);
      this.#isRunning[step] = 1;
      sums[step] = sum / (count - 1);
      compensations[step] = (compensations[step] as number) / (count - 1);
    }
    const share = (count - 1) / count;
    const mean = (sums[step] as number) * share;
    const part = value / count;
    const total = mean + part;
    const compensation = (compensations[step] as number) * share;
    compensations[step] = compensation + roundingError(mean, part, total);
    sums[step] = total;
    return true;
  }

  addHistogram(step: number, histogram: FloatHistogram, metricName: string): void {
    this.#histograms ??= Array.from({ length: this.#grid.count });
    const total = (this.#histograms[step] ??= new HistogramTotal(this.#isMean, this.#notes));
    total.add(histogram, metricName);
  }

  finish(): MutableColumns {
    const columns = this.#columns;
    for (let step = 0; step < this.#grid.count; step++) {
      const count = this.#countAt(step);
      const histogram = this.#histograms?.[step];
      if (count > 0 && histogram === undefined) {
        setFloat(columns, step, this.#floatAt(step, count));
      } else if (count > 0) {
        const { annotations, position } = this.#notes;
        annotations.warn(mixedFloatsHistogramsAggregationWarning(), position);
      } else {
        setPoint(columns, step, histogram?.finish());
      }
    }
    // Values without points, which the pool takes for clean.
    this.#compensations.values.fill(0);
    this.#pool.giveBack(this.#compensations);
    return columns;
  }

  #floatAt(step: number, count: number): number {
    const sum = this.#columns.values[step] as number;
    if (!Number.isFinite(sum)) return sum;
    const divisor = this.#isMean && this.#isRunning?.[step] !== 1 ? count : 1;
    return sum / divisor + (this.#compensations.values[step] as number) / divisor;
  }
}
