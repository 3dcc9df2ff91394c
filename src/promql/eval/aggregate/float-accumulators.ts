import { ignoredHistogramsInAggregationInfo } from "../../functions/annotation-texts.ts";
import type { StepGrid } from "../step-grid.ts";
import { emptyColumns, FLOAT, type MutableColumns, setFloat } from "../vector-series.ts";
import type { Accumulator, AggregationNotes } from "./accumulator.ts";

/** min and max: NaN only where every member is. */
export class ExtremeAccumulator implements Accumulator {
  readonly #columns: MutableColumns;
  readonly #notes: AggregationNotes;
  readonly #operator: "min" | "max";

  constructor(operator: "min" | "max", grid: StepGrid, notes: AggregationNotes) {
    this.#columns = emptyColumns(grid);
    this.#notes = notes;
    this.#operator = operator;
  }

  addFloats(kinds: Uint8Array, values: Float64Array): void {
    const result = this.#columns;
    const isMax = this.#operator === "max";
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const found = result.values[step] as number;
      const isBetter = isMax ? value > found : value < found;
      if (result.kinds[step] !== FLOAT || isBetter || Number.isNaN(found)) {
        setFloat(result, step, value);
      }
    }
  }

  addHistogram(): void {
    noteIgnored(this.#operator, this.#notes);
  }

  finish(): MutableColumns {
    return this.#columns;
  }
}

/** stddev and stdvar of the whole population, by Welford's method. */
export class VarianceAccumulator implements Accumulator {
  readonly #columns: MutableColumns;
  readonly #counts: Uint32Array;
  readonly #means: Float64Array;
  readonly #notes: AggregationNotes;
  readonly #operator: "stddev" | "stdvar";

  constructor(operator: "stddev" | "stdvar", grid: StepGrid, notes: AggregationNotes) {
    this.#columns = emptyColumns(grid);
    this.#counts = new Uint32Array(grid.count);
    this.#means = new Float64Array(grid.count);
    this.#notes = notes;
    this.#operator = operator;
  }

  addFloats(kinds: Uint8Array, values: Float64Array): void {
    const { values: squares, kinds: found } = this.#columns;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const count = ((this.#counts[step] as number) += 1);
      // One infinity has no distance from itself, so no variance.
      const delta = value - (this.#means[step] as number);
      const mean = (this.#means[step] as number) + delta / count;
      this.#means[step] = mean;
      squares[step] = (squares[step] as number) + delta * (value - mean);
      found[step] = FLOAT;
    }
  }

  addHistogram(): void {
    noteIgnored(this.#operator, this.#notes);
  }

  finish(): MutableColumns {
    const { kinds, values } = this.#columns;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const variance = (values[step] as number) / (this.#counts[step] as number);
      values[step] = this.#operator === "stddev" ? Math.sqrt(variance) : variance;
    }
    return this.#columns;
  }
}

/** count and group: floats and histograms alike. */
export class CountAccumulator implements Accumulator {
  readonly #columns: MutableColumns;
  readonly #isGroup: boolean;

  constructor(isGroup: boolean, grid: StepGrid) {
    this.#columns = emptyColumns(grid);
    this.#isGroup = isGroup;
  }

  addFloats(kinds: Uint8Array): void {
    for (let step = 0; step < kinds.length; step++) if (kinds[step] === FLOAT) this.#count(step);
  }

  addHistogram(step: number): void {
    this.#count(step);
  }

  #count(step: number): void {
    setFloat(this.#columns, step, this.#isGroup ? 1 : (this.#columns.values[step] as number) + 1);
  }

  finish(): MutableColumns {
    return this.#columns;
  }
}

export function noteIgnored(operator: string, { annotations, position }: AggregationNotes): void {
  annotations.info(ignoredHistogramsInAggregationInfo(operator), position);
}
