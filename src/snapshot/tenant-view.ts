import type { CompiledEntitlement } from "#access";
import { type EscapingScheme, isLegacyLabelName, isLegacyMetricName } from "#exposition";
import type { LatestSeries, MetricMetadata, SeriesRef } from "#model";
import { assembleFamilies, type Families } from "./assemble-families.ts";
import { chooseMetadata } from "./choose-metadata.ts";
import type { FamilyBlock } from "./family-block.ts";
import { isFreshnessName } from "./freshness.ts";
import { linePrefix } from "./line-prefix.ts";
import { findTwins, mergeEntries, type NewEntry, sortEntries } from "./merge-entries.ts";
import { entryCount, type Metric } from "./metric.ts";
import { neutralLabels } from "./neutral-labels.ts";
import { Pacer } from "./pacer.ts";
import type { PrefixArena } from "./prefix-arena.ts";
import { PrefixEncoder } from "./prefix-encoder.ts";
import type { SeriesLog } from "./series-log.ts";

/**
 * The series of one entitlement in the order of its body, kept up to date without ever asking the
 * store again: the first `select` is the last, and from then on the log says what came and went.
 *
 * Cost: eight bytes a series (its ref and the position of its prefix), eight more and one for
 * series of histograms and summaries; the prefixes themselves are shared (prefix-arena.ts).
 * All arrays are replaced and never written again, so a body under way keeps what it began with.
 */
export class TenantView {
  readonly entitlement: CompiledEntitlement;
  readonly escaping: EscapingScheme;
  /** For the store of views: when a request last used this one. */
  lastUsedMs = 0;
  readonly #latest: LatestSeries;
  readonly #log: SeriesLog;
  readonly #sliceMs: number;
  #arena: PrefixArena;
  readonly #metrics = new Map<string, Metric>();
  #families: Families = { blocks: [], grouped: new Map() };
  /** Where the blocks' positions point to: changes together with them. */
  #blocksArena: PrefixArena;
  #cursor: number | null = null;
  #updating: Promise<void> | null = null;
  #structureVersion = 0;
  #seriesCount = 0;
  #hasUtf8Names = false;

  constructor(
    entitlement: CompiledEntitlement,
    escaping: EscapingScheme,
    store: { readonly latest: LatestSeries; readonly log: SeriesLog; readonly sliceMs: number },
    arena: PrefixArena,
  ) {
    this.entitlement = entitlement;
    this.escaping = escaping;
    this.#latest = store.latest;
    this.#log = store.log;
    this.#sliceMs = store.sliceMs;
    this.#arena = arena;
    this.#blocksArena = arena;
  }

  /** Where the positions in the blocks point to. */
  get arena(): PrefixArena {
    return this.#blocksArena;
  }

  /** Sorted by name. */
  get blocks(): readonly FamilyBlock[] {
    return this.#families.blocks;
  }

  /** Rises whenever the list, its order or a header may have changed. */
  get structureVersion(): number {
    return this.#structureVersion;
  }

  /** Listed series, those without a fresh sample included. */
  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Whether some name had to be escaped: without any, most escapings give the same bytes. */
  get hasUtf8Names(): boolean {
    return this.#hasUtf8Names;
  }

  /** Up to where the log has been read; null before the first update. */
  get cursor(): number | null {
    return this.#cursor;
  }

  get isCurrent(): boolean {
    return this.#cursor === this.#log.end;
  }

  /**
   * Brings the list up to date. Requests that come meanwhile share the work. A list whose update
   * failed is in an unknown state: throw it away.
   */
  update(arena: PrefixArena): Promise<void> {
    this.#updating ??= this.#update(arena).finally(() => (this.#updating = null));
    return this.#updating;
  }

  async #update(arena: PrefixArena): Promise<void> {
    const pacer = new Pacer(this.#sliceMs);
    if (arena !== this.#arena) await this.#migrate(arena, pacer);
    if (this.#cursor === null) await this.#build(pacer);
    // Series that come while others are being sorted in are next; the last pass takes no pause.
    for (let pass = 1; !this.isCurrent; pass++) {
      await this.#catchUp(pass < PASSES_MAX ? pacer : new Pacer(Infinity));
    }
  }

  async #build(pacer: Pacer): Promise<void> {
    this.#cursor = this.#log.end;
    const selected = this.entitlement.selectors.map((matchers) => this.#latest.select(matchers));
    const refs = selected.length === 1 ? selected[0] : new Set(selected.flatMap((s) => [...s]));
    await this.#change(refs ?? [], new Set(), pacer);
  }

  async #catchUp(pacer: Pacer): Promise<void> {
    const added = new Set<number>();
    const dropped = new Set<number>();
    for (const [ref, change] of this.#log.since(this.#cursor ?? 0)) {
      if (change === "added") added.add(ref);
      else if (change === "removed") {
        added.delete(ref);
        dropped.add(ref);
      } else if (!added.has(ref)) {
        // The prefix and the family can both follow from metadata: out and in again.
        added.add(ref);
        dropped.add(ref);
      }
    }
    this.#cursor = this.#log.end;
    await this.#change(added, dropped, pacer);
  }

  async #change(
    added: Iterable<number>,
    dropped: ReadonlySet<number>,
    pacer: Pacer,
  ): Promise<void> {
    const touched = await this.#drop(dropped, pacer);
    const arrived = await this.#admit(added, pacer);
    for (const [name, entries] of arrived) {
      const kept = touched.get(name) ?? this.#metrics.get(name)?.entries ?? new Uint32Array(0);
      const sorted = await sortEntries(entries, this.#arena, pacer);
      touched.set(name, await mergeEntries(kept, sorted, this.#arena, pacer));
    }
    if (touched.size === 0) return;
    for (const [name, entries] of touched) {
      if (entries.length === 0) this.#metrics.delete(name);
      else this.#metrics.set(name, this.#metricOf(name, entries));
      if (pacer.isDue()) await pacer.pause();
    }
    await this.#assemble(this.#families.grouped, pacer);
    this.#structureVersion += 1;
  }

  /** What is left of the metrics that lose a series, not yet stored. */
  async #drop(
    dropped: ReadonlySet<number>,
    pacer: Pacer,
  ): Promise<Map<string, Uint32Array<ArrayBuffer>>> {
    const touched = new Map<string, Uint32Array<ArrayBuffer>>();
    if (dropped.size === 0) return touched;
    for (const [name, { entries }] of this.#metrics) {
      const left = without(entries, dropped);
      if (left !== entries) touched.set(name, left);
      if (pacer.isDue()) await pacer.pause();
    }
    for (const ref of dropped) {
      if (!this.#latest.isLive(ref as SeriesRef)) this.#arena.forget(ref as SeriesRef);
    }
    return touched;
  }

  /** The admitted ones among new series, by metric. */
  async #admit(refs: Iterable<number>, pacer: Pacer): Promise<Map<string, NewEntry[]>> {
    const arrived = new Map<string, NewEntry[]>();
    const encoder = new PrefixEncoder(this.#arena);
    let count = 0;
    for (const number of refs) {
      if (++count % 256 === 0 && pacer.isDue()) await pacer.pause();
      const ref = number as SeriesRef;
      if (!this.#latest.isLive(ref)) continue;
      const stored = this.#latest.labels(ref);
      if (!this.entitlement.admits(stored)) continue;
      const labels = neutralLabels(this.entitlement.transform(stored));
      const isSummary = this.#latest.metadata(ref)?.type === "summary";
      const prefix = linePrefix(labels, this.escaping, isSummary);
      if (prefix.metricName === "" || isFreshnessName(prefix.metricName, this.escaping)) continue;
      this.#hasUtf8Names ||= needsQuotes(labels);
      const entry = { ref, position: encoder.put(ref, prefix.text) };
      const entries = arrived.get(prefix.metricName);
      if (entries === undefined) arrived.set(prefix.metricName, [entry]);
      else entries.push(entry);
    }
    return arrived;
  }

  #metricOf(name: string, entries: Uint32Array<ArrayBuffer>): Metric {
    let metadata: MetricMetadata | null = null;
    let seen: MetricMetadata | null = null;
    for (let i = 0; i < entries.length; i += 2) {
      const ref = entries[i] as SeriesRef;
      const own = this.#latest.isLive(ref) ? this.#latest.metadata(ref) : null;
      if (own !== seen) metadata = chooseMetadata(metadata, own);
      seen = own;
    }
    return { name, entries, metadata, twins: findTwins(entries, this.#arena) };
  }

  async #assemble(previous: Families["grouped"], pacer: Pacer): Promise<void> {
    const { escaping } = this;
    const context = { arena: this.#arena, escaping, pacer, previous };
    this.#families = await assembleFamilies(this.#metrics.values(), context);
    this.#blocksArena = context.arena;
    this.#seriesCount = 0;
    for (const { entries } of this.#metrics.values()) this.#seriesCount += entryCount(entries);
  }

  /** Moves to another arena, into which only what is in use is copied. */
  async #migrate(arena: PrefixArena, pacer: Pacer): Promise<void> {
    for (const [name, metric] of this.#metrics) {
      const entries = metric.entries.slice();
      for (let i = 0; i < entries.length; i += 2) {
        const bytes = this.#arena.bytesAt(entries[i + 1] as number);
        entries[i + 1] = arena.put(entries[i] as SeriesRef, bytes, bytes.length);
      }
      this.#metrics.set(name, { ...metric, entries });
      if (pacer.isDue()) await pacer.pause();
    }
    this.#arena = arena;
    await this.#assemble(new Map(), pacer);
  }
}

/** How often an update catches up between pauses before it does the rest in one go. */
const PASSES_MAX = 4;

function needsQuotes(labels: readonly string[]): boolean {
  for (let i = 0; i < labels.length; i += 2) {
    const name = labels[i] ?? "";
    if (name === "__name__" ? !isLegacyMetricName(labels[i + 1] ?? "") : !isLegacyLabelName(name)) {
      return true;
    }
  }
  return false;
}

/** The same array where nothing is dropped. */
function without(
  entries: Uint32Array<ArrayBuffer>,
  dropped: ReadonlySet<number>,
): Uint32Array<ArrayBuffer> {
  let kept = 0;
  for (let i = 0; i < entries.length; i += 2) if (!dropped.has(entries[i] as number)) kept += 2;
  if (kept === entries.length) return entries;
  const left = new Uint32Array(kept);
  let at = 0;
  for (let i = 0; i < entries.length; i += 2) {
    if (dropped.has(entries[i] as number)) continue;
    left[at++] = entries[i] as number;
    left[at++] = entries[i + 1] as number;
  }
  return left;
}
