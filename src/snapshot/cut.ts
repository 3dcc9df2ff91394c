import type { CollisionPolicy } from "#access";
import { END_OF_OPENMETRICS } from "#exposition";
import { assert } from "#lib/assert";
import {
  formatLabels,
  isStaleMarker,
  type LatestSeries,
  type SeriesRef,
  wordsOf,
  writeStaleMarker,
} from "#model";
import type { FamilyBlock } from "./family-block.ts";
import { singleBlock } from "./family-block.ts";
import { type FreshnessGauge, freshnessGauges } from "./freshness.ts";
import { holdsRule } from "./value-rule.ts";
import type { PrefixArena, PrefixChunk } from "./prefix-arena.ts";
import { LINE_ROOM_BYTES } from "./body-writer.ts";
import { SnapshotRefusal } from "./snapshot-refusal.ts";
import type { SnapshotFormat } from "./snapshot-source.ts";
import type { TenantView } from "./tenant-view.ts";

/**
 * All that a body will say, as of one moment.
 *
 * Values are gathered in one go, without a pause, so every line of a body is from the same moment
 * and a stored batch is in it whole or not at all; only the writing of the lines, which takes ten
 * times as long, is sliced. This costs eight bytes a line while the body is made, and a pause of
 * about 10 ms a million series.
 */
export interface Cut {
  readonly parts: readonly CutPart[];
  /** A line's value each, in order; a stale marker where there is no line. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Likewise, where the body has timestamps. */
  readonly timestampsMs: Float64Array<ArrayBuffer> | null;
  readonly prefixChunks: readonly PrefixChunk[];
  /** Lines with a value. */
  readonly seriesCount: number;
  /** No body of this cut is longer. */
  readonly byteLengthMax: number;
  /** The moment, and until when nothing changes by the passing of time alone. */
  readonly takenMs: number;
  readonly validUntilMs: number;
}

/** A header and its lines. Parts without a line have no header either. */
export interface CutPart {
  readonly name: string;
  readonly header: Uint8Array;
  readonly entries: Uint32Array;
  /** The part's first line in the columns. */
  readonly start: number;
  readonly freshness: FreshnessLine | null;
}

/** A line that comes from no series. */
export interface FreshnessLine {
  readonly prefix: Uint8Array;
  readonly timestampMs: number;
}

/** What a cut is made of. */
export interface CutOptions {
  readonly format: SnapshotFormat;
  readonly timestamps: boolean;
  readonly nowMs: number;
  /** Samples older than this do not show. */
  readonly windowMs: number;
  readonly futureToleranceMs: number;
  readonly seriesMax: number;
}

/** Throws `series_per_scrape_limit` and `label_collision`. */
export function takeCut(view: TenantView, latest: LatestSeries, options: CutOptions): Cut {
  return new CutMaker(view, latest, options).take();
}

class CutMaker {
  readonly #view: TenantView;
  readonly #latest: LatestSeries;
  readonly #options: CutOptions;
  readonly #onCollision: CollisionPolicy;
  readonly #words: Uint32Array;
  readonly #parts: CutPart[] = [];
  readonly #values: Float64Array<ArrayBuffer>;
  readonly #valueWords: Uint32Array;
  readonly #timestampsMs: Float64Array<ArrayBuffer> | null;
  #next = 0;
  #seriesCount = 0;
  #oldestMs = Infinity;
  #newestMs = -Infinity;
  #nextVisibleMs = Infinity;

  constructor(view: TenantView, latest: LatestSeries, options: CutOptions) {
    this.#view = view;
    this.#latest = latest;
    this.#options = options;
    this.#onCollision = view.entitlement.onCollision;
    this.#words = wordsOf(latest.values);
    this.#values = new Float64Array(view.seriesCount);
    this.#valueWords = wordsOf(this.#values);
    this.#timestampsMs = options.timestamps ? new Float64Array(view.seriesCount) : null;
  }

  take(): Cut {
    for (const block of this.#view.blocks) this.#addBlock(block);
    const { nowMs, windowMs, futureToleranceMs, seriesMax } = this.#options;
    if (this.#seriesCount > seriesMax) throw tooManySeries(this.#seriesCount, seriesMax);
    const gauges = this.#seriesCount === 0 ? [] : freshnessGauges(this.#view.escaping);
    const parts = withFreshness(
      this.#parts,
      gauges.map((gauge) => this.#freshnessPart(gauge)),
    );
    return {
      parts,
      values: this.#values,
      timestampsMs: this.#timestampsMs,
      prefixChunks: this.#view.arena.chunks.slice(),
      seriesCount: this.#seriesCount + gauges.length,
      byteLengthMax: bodyBytesMaxOf(parts, this.#seriesCount, this.#view.arena),
      takenMs: nowMs,
      validUntilMs: Math.min(this.#oldestMs + windowMs, this.#nextVisibleMs - futureToleranceMs),
    };
  }

  #addBlock(block: FamilyBlock): void {
    const isText = this.#options.format === "text";
    if (isText && block.splitInText) {
      for (const metric of block.metrics) this.#addBlock(singleBlock(metric, "unknown"));
      return;
    }
    const start = this.#next;
    const before = this.#seriesCount;
    const negatives = this.#gather(block.entries, start);
    const { twins } = block;
    if (twins !== null) this.#mergeTwins(block, twins, start);
    const count = block.entries.length / 2;
    const end = start + count;
    const values = this.#values.subarray(start, end);
    const timestampsMs = this.#timestampsMs?.subarray(start, end) ?? null;
    if (!isText && !holdsRule(block, { values, timestampsMs, negatives })) {
      this.#seriesCount = before;
      for (const metric of block.metrics) this.#addBlock(singleBlock(metric, "unknown"));
      return;
    }
    this.#next = end;
    if (this.#seriesCount === before) return;
    const header = isText ? block.textHeader : block.openMetricsHeader;
    const { name, entries } = block;
    this.#parts.push({ name, header, entries, start, freshness: null });
  }

  /** Fills the columns from `start` on. Returns how many values are negative or NaN. */
  #gather(entries: Uint32Array, start: number): number {
    const { timestampsMs, values } = this.#latest;
    const { nowMs, windowMs, futureToleranceMs } = this.#options;
    const words = this.#words;
    const out = this.#values;
    const outTimes = this.#timestampsMs;
    const minMs = nowMs - windowMs;
    const maxMs = nowMs + futureToleranceMs;
    let oldestMs = this.#oldestMs;
    let newestMs = this.#newestMs;
    let negatives = 0;
    let shown = 0;
    for (let i = 0, at = start; i < entries.length; i += 2, at++) {
      const ref = entries[i] as number;
      const timeMs = timestampsMs[ref] as number;
      const value = values[ref] as number;
      const isFresh = timeMs >= minMs && timeMs <= maxMs;
      if (!isFresh || (value !== value && isStaleMarker(words, ref))) {
        writeStaleMarker(this.#valueWords, at);
        if (timeMs > maxMs) this.#nextVisibleMs = Math.min(this.#nextVisibleMs, timeMs);
        continue;
      }
      out[at] = value;
      if (outTimes !== null) outTimes[at] = timeMs;
      if (timeMs < oldestMs) oldestMs = timeMs;
      if (timeMs > newestMs) newestMs = timeMs;
      if (!(value >= 0)) negatives += 1;
      shown += 1;
    }
    this.#oldestMs = oldestMs;
    this.#newestMs = newestMs;
    this.#seriesCount += shown;
    return negatives;
  }

  /** Lines with the same prefix become one, or nothing at all comes out. */
  #mergeTwins({ entries }: FamilyBlock, twins: Uint32Array, start: number): void {
    for (const twin of twins) {
      const at = start + twin;
      const first = this.#firstOf(at, twin, entries, start);
      if (isStaleMarker(this.#valueWords, at) || first < 0) continue;
      if (this.#onCollision === "refuse") throw this.#collision(entries, first - start, twin);
      this.#values[first] = merged(
        this.#values[first] as number,
        this.#values[at] as number,
        this.#onCollision,
      );
      const times = this.#timestampsMs;
      if (times !== null) times[first] = Math.max(times[first] as number, times[at] as number);
      writeStaleMarker(this.#valueWords, at);
      this.#seriesCount -= 1;
    }
  }

  /** The nearest line before `at` that has the same prefix and a value; -1 if there is none. */
  #firstOf(at: number, twin: number, entries: Uint32Array, start: number): number {
    const { arena } = this.#view;
    const position = entries[twin * 2 + 1] as number;
    for (let i = at - 1; i >= start; i--) {
      const other = entries[(i - start) * 2 + 1] as number;
      if (arena.compare(other, position) !== 0) return -1;
      if (!isStaleMarker(this.#valueWords, i)) return i;
    }
    return -1;
  }

  #collision(entries: Uint32Array, first: number, second: number): SnapshotRefusal {
    const shown = Buffer.from(this.#view.arena.bytesAt(entries[first * 2 + 1] as number));
    const stored = [first, second].map((index) =>
      this.#storedText(entries[index * 2] as SeriesRef),
    );
    return new SnapshotRefusal(
      "label_collision",
      `Two series become the same line ${shown.toString().trimEnd()} once labels are dropped, renamed or escaped; ask the operator to let the entitlement merge them (sum or max) or keep a label that tells them apart.`,
      `The pair is ${stored.join(" and ")}.`,
    );
  }

  #storedText(ref: SeriesRef): string {
    return this.#latest.isLive(ref)
      ? formatLabels(this.#latest.labels(ref))
      : "a series gone since";
  }

  #freshnessPart(gauge: FreshnessGauge): CutPart {
    const isText = this.#options.format === "text";
    const timestampMs = gauge.of === "newest" ? this.#newestMs : this.#oldestMs;
    assert(Number.isFinite(timestampMs), "a body with series has a newest sample");
    return {
      name: gauge.name,
      header: isText ? gauge.textHeader : gauge.openMetricsHeader,
      entries: new Uint32Array(0),
      start: 0,
      freshness: { prefix: gauge.prefix, timestampMs },
    };
  }
}

/** By the longest prefix and the longest numbers: to look at each prefix would take as long as the cut. */
function bodyBytesMaxOf(
  parts: readonly CutPart[],
  seriesCount: number,
  { longestBytes }: PrefixArena,
): number {
  let bytes = seriesCount * (longestBytes + LINE_ROOM_BYTES) + END_OF_OPENMETRICS.length;
  for (const { header, freshness } of parts) {
    bytes += header.length;
    if (freshness !== null) bytes += freshness.prefix.length + LINE_ROOM_BYTES;
  }
  return bytes;
}

function withFreshness(parts: readonly CutPart[], gauges: readonly CutPart[]): readonly CutPart[] {
  const all = [...parts];
  for (const gauge of gauges) {
    const at = all.findIndex((part) => part.freshness === null && part.name > gauge.name);
    all.splice(at < 0 ? all.length : at, 0, gauge);
  }
  return all;
}

function merged(a: number, b: number, policy: "sum" | "max"): number {
  if (policy === "sum") return a + b;
  if (Number.isNaN(a)) return b;
  return b > a ? b : a;
}

function tooManySeries(count: number, max: number): SnapshotRefusal {
  return new SnapshotRefusal(
    "series_per_scrape_limit",
    `This snapshot has ${count} series and at most ${max} may be scraped at once; ask the operator to narrow the entitlement or to raise the limit.`,
  );
}
