import type { LatestSeries, SeriesListener, SeriesRef } from "#model";

/** What happened to a series. */
export type SeriesChange = "added" | "removed" | "metadata";

/**
 * What came and went, in order, for all series lists at once.
 *
 * A list is brought up to date when it is next asked for, not when a series appears: so an append
 * pays one push a new series however many entitlements there are, and a list that nobody asks for
 * costs nothing. Each list has a cursor; what all have read is forgotten.
 */
export class SeriesLog {
  readonly #changes: number[] = [];
  /** The sequence number of the first change that is still kept. */
  #base = 0;
  readonly #stopListening: () => void;

  constructor(latest: LatestSeries) {
    const listener: SeriesListener = {
      seriesAdded: (ref) => this.#changes.push(ref * KINDS + ADDED),
      seriesRemoved: (ref) => this.#changes.push(ref * KINDS + REMOVED),
      metadataChanged: (ref) => this.#changes.push(ref * KINDS + METADATA),
    };
    this.#stopListening = latest.listen(listener);
  }

  /** The sequence number that the next change will have. */
  get end(): number {
    return this.#base + this.#changes.length;
  }

  *since(cursor: number): Generator<readonly [SeriesRef, SeriesChange]> {
    for (let i = cursor - this.#base; i < this.#changes.length; i++) {
      const change = this.#changes[i] as number;
      const kind = change % KINDS;
      yield [((change - kind) / KINDS) as SeriesRef, kindNames[kind] ?? "metadata"];
    }
  }

  /** Forgets all changes before the cursor. */
  trim(cursor: number): void {
    const count = Math.min(cursor - this.#base, this.#changes.length);
    if (count < TRIM_MIN && count < this.#changes.length) return;
    this.#changes.splice(0, count);
    this.#base += count;
  }

  close(): void {
    this.#stopListening();
  }
}

const ADDED = 0;
const REMOVED = 1;
const METADATA = 2;
const KINDS = 4;
const kindNames: readonly SeriesChange[] = ["added", "removed", "metadata"];

/** Moving the rest down costs as much as the rest is long, so it is done for many at a time. */
const TRIM_MIN = 1024;
