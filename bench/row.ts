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

/** What every system's run came to; the first of them is ours. */
export type RunsBySystem<T> = ReadonlyMap<string, T>;

/** Picks one number out of every system's run. */
export function compare<T>(
  runs: RunsBySystem<T>,
  about: Pick<Measurement, "what" | "unit" | "goal">,
  pick: (run: T) => number,
): Measurement {
  const [ours, ...peers] = Array.from(runs, ([system, run]): Figure => ({
    system,
    value: pick(run),
  }));
  return { ...about, ours: ours?.value ?? Number.NaN, peers };
}

/** The middle one of several runs. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value that the given share of the runs does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
