import {
  compareLabels,
  compileMatcher,
  type Exemplar,
  type ExemplarsOfSeries,
  type Labels,
  labelsKey,
  labelValue,
  type SeriesExemplar,
  type SeriesRef,
  type SeriesSelection,
  type TimedExemplar,
} from "#model";
import { EventLoopTurns } from "../block/event-loop-turns.ts";

interface StoredExemplar extends TimedExemplar {
  readonly ref: SeriesRef;
}

/**
 * The newest exemplars of all series together: the oldest goes when a new one comes. In memory
 * only, as in Prometheus: they point into systems that forget sooner than a restart matters.
 */
export class ExemplarRing {
  readonly #entriesMax: number;
  readonly #labelsOf: (ref: SeriesRef) => Labels;
  readonly #entries: StoredExemplar[] = [];
  #next = 0;
  readonly #newest = new Map<SeriesRef, StoredExemplar>();
  /** Of series that are no longer in memory. */
  readonly #keptLabels = new Map<SeriesRef, Labels>();

  constructor(entriesMax: number, labelsOf: (ref: SeriesRef) => Labels) {
    this.#entriesMax = entriesMax;
    this.#labelsOf = labelsOf;
  }

  get count(): number {
    return this.#entries.length;
  }

  /** Every scrape shows an exemplar again until a newer one replaces it: those are skipped. */
  add({ ref, exemplar }: SeriesExemplar, sampleTimestampMs: number): void {
    if (this.#entriesMax === 0) return;
    const { labels, value } = exemplar;
    const timestampMs = exemplar.timestampMs ?? sampleTimestampMs;
    const newest = this.#newest.get(ref);
    if (newest !== undefined && isRepeated(newest, exemplar, timestampMs)) return;
    const leaving = this.#entries[this.#next];
    if (leaving !== undefined && this.#newest.get(leaving.ref) === leaving) {
      this.#newest.delete(leaving.ref);
      this.#keptLabels.delete(leaving.ref);
    }
    const entry = { ref, labels, value, timestampMs };
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#entriesMax;
    this.#newest.set(ref, entry);
  }

  /** A series leaves memory; its exemplars stay until newer ones take their places. */
  keepLabels(ref: SeriesRef): void {
    if (this.#newest.has(ref)) this.#keptLabels.set(ref, this.#labelsOf(ref));
  }

  async select({
    selectors,
    range,
    signal,
  }: SeriesSelection): Promise<readonly ExemplarsOfSeries[]> {
    const turns = new EventLoopTurns(signal);
    const tests = selectors.map((matchers) =>
      matchers.map((matcher) => [matcher.name, compileMatcher(matcher)] as const),
    );
    const isSelected = (labels: Labels): boolean =>
      tests.some((all) => all.every(([name, test]) => test(labelValue(labels, name))));
    // A series that left memory and came back has two refs.
    const found = new Map<string, ExemplarsOfSeries & { readonly exemplars: TimedExemplar[] }>();
    for (const [ref, entries] of this.#entriesBySeries(range.minMs, range.maxMs)) {
      const labels = this.#keptLabels.get(ref) ?? this.#labelsOf(ref);
      if (isSelected(labels)) {
        const key = labelsKey(labels);
        const known = found.get(key);
        if (known === undefined) found.set(key, { labels, exemplars: entries });
        else known.exemplars.push(...entries);
      }
      if (turns.due()) await turns.pass();
    }
    const series = Array.from(found.values());
    for (const { exemplars } of series) exemplars.sort((a, b) => a.timestampMs - b.timestampMs);
    return series.toSorted((a, b) => compareLabels(a.labels, b.labels));
  }

  #entriesBySeries(minMs: number, maxMs: number): Map<SeriesRef, TimedExemplar[]> {
    const bySeries = new Map<SeriesRef, TimedExemplar[]>();
    for (const { ref, labels, value, timestampMs } of this.#entries) {
      if (timestampMs < minMs || timestampMs > maxMs) continue;
      const entries = bySeries.get(ref);
      if (entries === undefined) bySeries.set(ref, [{ labels, value, timestampMs }]);
      else entries.push({ labels, value, timestampMs });
    }
    return bySeries;
  }
}

function isRepeated(newest: StoredExemplar, exemplar: Exemplar, timestampMs: number): boolean {
  const sameContent =
    newest.value === exemplar.value && newest.labels.join("\0") === exemplar.labels.join("\0");
  // Without a time of its own, an exemplar seen again only seems newer.
  if (sameContent && exemplar.timestampMs === null) return true;
  return timestampMs <= newest.timestampMs;
}
