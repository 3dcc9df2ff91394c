import type { FloatHistogram } from "#model";
import { mixedFloatsHistogramsAggregationWarning } from "../../functions/annotation-texts.ts";
import type { StepGrid } from "../step-grid.ts";
import {
  ABSENT,
  emptyColumns,
  FLOAT,
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
  readonly #sums: Float64Array;
  readonly #compensations: Float64Array;
  readonly #counts: Uint32Array;
  /** 1 at steps whose mean has become a running one; made only if one does. */
  #isRunning: Uint8Array | null = null;
  #histograms: (HistogramTotal | undefined)[] | null = null;

  constructor(isMean: boolean, grid: StepGrid, notes: AggregationNotes) {
    this.#isMean = isMean;
    this.#notes = notes;
    this.#grid = grid;
    this.#sums = new Float64Array(grid.count);
    this.#compensations = new Float64Array(grid.count);
    this.#counts = new Uint32Array(grid.count);
  }

  addFloats(kinds: Uint8Array, values: Float64Array): void {
    const sums = this.#sums;
    const compensations = this.#compensations;
    const counts = this.#counts;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const sum = sums[step] as number;
      const total = sum + value;
      const count = ((counts[step] as number) += 1);
      if (this.#isMean && (!Number.isFinite(total) || this.#isRunning !== null)) {
        if (this.#addToMean(step, value, count)) continue;
      }
      if (!Number.isFinite(total)) compensations[step] = 0;
      else if (Math.abs(sum) >= Math.abs(value)) {
        compensations[step] = (compensations[step] as number) + (sum - total + value);
      } else compensations[step] = (compensations[step] as number) + (value - total + sum);
      sums[step] = total;
    }
  }

  /** Whether the step is, or has just become, a running mean: then the value is in. */
  #addToMean(step: number, value: number, count: number): boolean {
    const sum = this.#sums[step] as number;
    const overflows = count > 1 && Number.isFinite(sum) && !Number.isFinite(sum + value);
    if (this.#isRunning?.[step] !== 1) {
      if (!overflows) return false;
      this.#isRunning ??= new Uint8Array(this.#grid.count);
      this.#isRunning[step] = 1;
      this.#sums[step] = sum / (count - 1);
      this.#compensations[step] = (this.#compensations[step] as number) / (count - 1);
    }
    const share = (count - 1) / count;
    const mean = (this.#sums[step] as number) * share;
    const part = value / count;
    const total = mean + part;
    const error = Math.abs(mean) >= Math.abs(part) ? mean - total + part : part - total + mean;
    const compensation = (this.#compensations[step] as number) * share;
    this.#compensations[step] = Number.isFinite(total) ? compensation + error : 0;
    this.#sums[step] = total;
    return true;
  }

  addHistogram(step: number, histogram: FloatHistogram, metricName: string): void {
    this.#histograms ??= Array.from({ length: this.#grid.count });
    const total = (this.#histograms[step] ??= new HistogramTotal(this.#isMean, this.#notes));
    total.add(histogram, metricName);
  }

  finish(): MutableColumns {
    const columns = emptyColumns(this.#grid);
    for (let step = 0; step < this.#grid.count; step++) {
      const histogram = this.#histograms?.[step];
      const count = this.#counts[step] as number;
      if (histogram === undefined) {
        if (count > 0) setFloat(columns, step, this.#floatAt(step, count));
      } else if (count > 0) {
        const { annotations, position } = this.#notes;
        annotations.warn(mixedFloatsHistogramsAggregationWarning(), position);
        columns.kinds[step] = ABSENT;
      } else {
        setPoint(columns, step, histogram.finish());
      }
    }
    return columns;
  }

  #floatAt(step: number, count: number): number {
    const sum = this.#sums[step] as number;
    const divisor = this.#isMean && this.#isRunning?.[step] !== 1 ? count : 1;
    return Number.isFinite(sum)
      ? sum / divisor + (this.#compensations[step] as number) / divisor
      : sum;
  }
}
