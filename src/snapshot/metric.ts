import type { MetricMetadata } from "#model";

/** All admitted series of one metric name, as written. Replaced, never changed, by an update. */
export interface Metric {
  /** As written: after escaping. */
  readonly name: string;
  /** Series ref and prefix position, by turns, in the byte order of the prefixes. */
  readonly entries: Uint32Array<ArrayBuffer>;
  /** What is said of the metric; null where its sources say nothing. Names as stored. */
  readonly metadata: MetricMetadata | null;
  /** The series numbers, rising, whose prefix equals that of the series before; usually null. */
  readonly twins: Uint32Array | null;
}

/** How many series the entries hold. */
export function entryCount(entries: Uint32Array): number {
  return entries.length / 2;
}
