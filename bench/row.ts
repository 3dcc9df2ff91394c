/** One measured number of one system, in the row's unit; smaller is better unless the row says so. */
export interface Figure {
  readonly system: string;
  readonly value: number;
}

/** One comparison: we and our peers do the same work in one run. */
export interface BenchRow {
  readonly name: string;
  /** What is measured, in one line: data, work, and how it is taken. */
  readonly description: string;
  run(log: (line: string) => void): Promise<readonly Measurement[]>;
}

/** A row may yield several measurements, such as time and memory of the same work. */
export interface Measurement {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly peers: readonly Figure[];
  /** What the project wants to reach, in words; shown beside the figures. */
  readonly goal: string;
}

/** The middle one of several runs. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
