/** What one batch says was counted, by series. */
export type CountsOfBatch = ReadonlyMap<string, number>;

/**
 * `count` fields are what came since the batch before. The baseline moves on when a batch is queued,
 * and back where nothing of a batch was stored: then the next one counts it again, and the sum over
 * all points stays what was served.
 */
export class CountBaseline {
  readonly #counted = new Map<string, number>();

  /** What came since the last batch; `into` remembers it for `giveBack`. */
  take(series: string, total: number, into: Map<string, number>): number {
    const count = total - (this.#counted.get(series) ?? 0);
    this.#counted.set(series, total);
    if (count !== 0) into.set(series, count);
    return count;
  }

  giveBack(counts: CountsOfBatch): void {
    for (const [series, count] of counts) {
      this.#counted.set(series, (this.#counted.get(series) ?? 0) - count);
    }
  }
}
