import type { FloatHistogram } from "#model";
import { mixedFloatsHistogramsAggregationWarning } from "../../functions/annotation-texts.ts";
import { roundingError } from "../../histogram/rounding-error.ts";
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
  readonly #columns: MutableColumns;
  readonly #sums: Float64Array;
  readonly #compensations: Float64Array;
  readonly #counts: Uint32Array;
  /** Members that have a float at every step, for which `#counts` is not touched. */
  #fullCount = 0;
  /** 1 at steps whose mean has become a running one; made only if one does. */
  #isRunning: Uint8Array | null = null;
  #histograms: (HistogramTotal | undefined)[] | null = null;

  constructor(isMean: boolean, columns: MutableColumns, notes: AggregationNotes) {
    this.#isMean = isMean;
    this.#notes = notes;
    this.#columns = columns;
    const stepCount = columns.kinds.length;
    this.#sums = new Float64Array(stepCount);
    this.#compensations = new Float64Array(stepCount);
    this.#counts = new Uint32Array(stepCount);
  }

  addFloats(series: Columns): void {
    if (this.#isMean) this.#addToMeans(series);
    else if (isAllFloats(series)) this.#addToAll(series.values);
    else this.#addWherePresent(series);
  }

  #addToAll(values: Float64Array): void {
    const sums = this.#sums;
    const compensations = this.#compensations;
    for (let step = 0; step < sums.length; step++) {
      const sum = sums[step] as number;
      const value = values[step] as number;
      const total = sum + value;
      compensations[step] = (compensations[step] as number) + roundingError(sum, value, total);
      sums[step] = total;
    }
    this.#fullCount += 1;
  }

  #addWherePresent({ kinds, values }: Columns): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      this.#counts[step] = (this.#counts[step] as number) + 1;
      this.#addAt(step, values[step] as number);
    }
  }

  #addToMeans({ kinds, values }: Columns): void {
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const count = ((this.#counts[step] as number) += 1);
      const isFinite = Number.isFinite((this.#sums[step] as number) + value);
      if ((!isFinite || this.#isRunning !== null) && this.#addToMean(step, value, count)) continue;
      this.#addAt(step, value);
    }
  }

  #addAt(step: number, value: number): void {
    const sum = this.#sums[step] as number;
    const total = sum + value;
    this.#compensations[step] =
      (this.#compensations[step] as number) + roundingError(sum, value, total);
    this.#sums[step] = total;
  }

  /** Whether the step is, or has just become, a running mean: then the value is in. */
  #addToMean(step: number, value: number, count: number): boolean {
    const sum = this.#sums[step] as number;
    const overflows = count > 1 && Number.isFinite(sum) && !Number.isFinite(sum + value);
    if (this.#isRunning?.[step] !== 1) {
      if (!overflows) return false;
      this.#isRunning ??= new Uint8Array(this.#counts.length);
      this.#isRunning[step] = 1;
      this.#sums[step] = sum / (count - 1);
      this.#compensations[step] = (this.#compensations[step] as number) / (count - 1);
    }
    const share = (count - 1) / count;
    const mean = (this.#sums[step] as number) * share;
    const part = value / count;
    const total = mean + part;
    const compensation = (this.#compensations[step] as number) * share;
    this.#compensations[step] = compensation + roundingError(mean, part, total);
    this.#sums[step] = total;
    return true;
  }

  addHistogram(step: number, histogram: FloatHistogram, metricName: string): void {
    this.#histograms ??= Array.from({ length: this.#counts.length });
    const total = (this.#histograms[step] ??= new HistogramTotal(this.#isMean, this.#notes));
    total.add(histogram, metricName);
  }

  finish(): MutableColumns {
    const columns = this.#columns;
    for (let step = 0; step < columns.kinds.length; step++) {
      const histogram = this.#histograms?.[step];
      const count = (this.#counts[step] as number) + this.#fullCount;
      if (histogram === undefined) {
        if (count > 0) setFloat(columns, step, this.#floatAt(step, count));
      } else if (count > 0) {
        const { annotations, position } = this.#notes;
        annotations.warn(mixedFloatsHistogramsAggregationWarning(), position);
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
