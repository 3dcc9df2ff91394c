import type { Exemplar, SeriesExemplar, SeriesRef } from "#model";

/** An exemplar as it is kept: its time is known. */
export interface StoredExemplar {
  readonly ref: SeriesRef;
  readonly exemplar: Exemplar;
  readonly timestampMs: number;
}

/**
 * The newest exemplars of all series together: the oldest goes when a new one comes. In memory
 * only, as in Prometheus: they point into systems that forget sooner than a restart matters.
 */
export class ExemplarRing {
  readonly #entriesMax: number;
  readonly #entries: StoredExemplar[] = [];
  #next = 0;
  readonly #newest = new Map<SeriesRef, StoredExemplar>();

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Every scrape shows an exemplar again until a newer one replaces it: those are skipped. */
  add({ ref, exemplar }: SeriesExemplar, sampleTimestampMs: number): void {
    if (this.#entriesMax === 0) return;
    const entry = { ref, exemplar, timestampMs: exemplar.timestampMs ?? sampleTimestampMs };
    const newest = this.#newest.get(ref);
    if (newest !== undefined && isRepeated(newest, entry)) return;
    const leaving = this.#entries[this.#next];
    if (leaving !== undefined && this.#newest.get(leaving.ref) === leaving) {
      this.#newest.delete(leaving.ref);
    }
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#entriesMax;
    this.#newest.set(ref, entry);
  }

  /** Kept exemplars of these series between both ends (inclusive), in the order of arrival. */
  select(refs: ReadonlySet<number>, minMs: number, maxMs: number): readonly StoredExemplar[] {
    const inOrder = [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
    return inOrder.filter(
      ({ ref, timestampMs }) => refs.has(ref) && timestampMs >= minMs && timestampMs <= maxMs,
    );
  }
}

function isRepeated(newest: StoredExemplar, entry: StoredExemplar): boolean {
  const sameContent =
    newest.exemplar.value === entry.exemplar.value &&
    newest.exemplar.labels.join("\0") === entry.exemplar.labels.join("\0");
  // Without a time of its own, an exemplar seen again only seems newer.
  if (sameContent && entry.exemplar.timestampMs === null) return true;
  return entry.timestampMs <= newest.timestampMs;
}
