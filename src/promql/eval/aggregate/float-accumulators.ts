import { ignoredHistogramsInAggregationInfo } from "../../functions/annotation-texts.ts";
import { type Columns, FLOAT, type MutableColumns, setFloat } from "../vector-series.ts";
import type { Accumulator, AggregationNotes } from "./accumulator.ts";

/** min and max: NaN only where every member is. */
export class ExtremeAccumulator implements Accumulator {
  readonly #columns: MutableColumns;
  readonly #notes: AggregationNotes;
  readonly #operator: "min" | "max";

  constructor(operator: "min" | "max", columns: MutableColumns, notes: AggregationNotes) {
    this.#columns = columns;
    this.#notes = notes;
    this.#operator = operator;
  }

  addFloats({ kinds, values }: Columns): void {
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

  constructor(operator: "stddev" | "stdvar", columns: MutableColumns, notes: AggregationNotes) {
    this.#columns = columns;
    this.#counts = new Uint32Array(columns.kinds.length);
    this.#means = new Float64Array(columns.kinds.length);
    this.#notes = notes;
    this.#operator = operator;
  }

  addFloats({ kinds, values }: Columns): void {
    const { values: squares } = this.#columns;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== FLOAT) continue;
      const value = values[step] as number;
      const count = ((this.#counts[step] as number) += 1);
      // One infinity has no distance from itself, so no variance.
      const delta = value - (this.#means[step] as number);
      const mean = (this.#means[step] as number) + delta / count;
      this.#means[step] = mean;
      setFloat(this.#columns, step, (squares[step] as number) + delta * (value - mean));
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

  constructor(isGroup: boolean, columns: MutableColumns) {
    this.#columns = columns;
    this.#isGroup = isGroup;
  }

  addFloats({ kinds }: Columns): void {
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
