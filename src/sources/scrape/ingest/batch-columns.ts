import { type SampleBatch, type SeriesRef, wordsOf, writeStaleMarker } from "#model";

/** The samples of one scrape while they are gathered. Grows, and is used again for other scrapes. */
export class BatchColumns implements SampleBatch {
  length = 0;
  refs = new Uint32Array(256);
  timestampsMs = new Float64Array(256);
  values = new Float64Array(256);
  #words = wordsOf(this.values);

  push(ref: number, timestampMs: number, value: number): void {
    const at = this.length;
    if (at === this.refs.length) this.#grow();
    this.refs[at] = ref;
    this.timestampsMs[at] = timestampMs;
    this.values[at] = value;
    this.length = at + 1;
  }

  pushStale(ref: SeriesRef, timestampMs: number): void {
    this.push(ref, timestampMs, 0);
    writeStaleMarker(this.#words, this.length - 1);
  }

  #grow(): void {
    const capacity = this.refs.length * 2;
    const refs = new Uint32Array(capacity);
    refs.set(this.refs);
    this.refs = refs;
    const timestampsMs = new Float64Array(capacity);
    timestampsMs.set(this.timestampsMs);
    this.timestampsMs = timestampsMs;
    const values = new Float64Array(capacity);
    new Uint32Array(values.buffer).set(this.#words);
    this.values = values;
    this.#words = wordsOf(values);
  }
}

/** Columns that wait for their next use; no more are kept than were ever in use at once. */
export class ColumnsPool {
  readonly #idle: BatchColumns[] = [];

  take(): BatchColumns {
    return this.#idle.pop() ?? new BatchColumns();
  }

  give(columns: BatchColumns): void {
    columns.length = 0;
    this.#idle.push(columns);
  }
}
