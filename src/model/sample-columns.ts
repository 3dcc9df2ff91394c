/**
 * Decoded samples of one series in time order, times strictly rising. Grows and is reused: only
 * the first `length` entries count. Stale markers keep their bits (see stale-marker.ts).
 */
export class SampleColumns {
  length = 0;
  timestampsMs: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;

  constructor(capacity = 256) {
    this.timestampsMs = new Float64Array(capacity);
    this.values = new Float64Array(capacity);
  }

  /** Makes room for `count` more samples; the columns may be replaced. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.timestampsMs.length) return;
    const capacity = Math.max(needed, this.timestampsMs.length * 2);
    this.timestampsMs = grown(this.timestampsMs, capacity);
    this.values = grown(this.values, capacity);
  }

  clear(): void {
    this.length = 0;
  }
}

function grown(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}
