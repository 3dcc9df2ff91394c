/** A bounded sample of a stream of values, as its histogram is computed from. */
export interface SampleReservoir {
  /** Values seen since the last clear; more than are kept. */
  readonly count: number;
  update(value: number): void;
  /** What is kept, unsorted; to be read at once. */
  values(): Float64Array;
  clear(): void;
}
