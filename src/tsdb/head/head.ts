import type {
  AppendOutcome,
  FloatHistogram,
  Labels,
  LatestSeries,
  Matcher,
  MetadataRef,
  MetricMetadata,
  RejectReason,
  SampleBatch,
  SeriesListener,
  SeriesRef,
} from "#model";
import { isStaleMarker, wordsOf, writeStaleMarker } from "#model";
import type { EventLoopTurns } from "../block/event-loop-turns.ts";
import { SeriesLimitError } from "../errors.ts";
import { grownFloat64, grownUint32 } from "../series/growing-column.ts";
import { matchSeries, matchSeriesInTurns } from "../series/match-series.ts";
import { MetadataTable } from "../series/metadata-table.ts";
import { SeriesIndex } from "../series/series-index.ts";
import { DefinitionEncoder } from "../wal/definition-record.ts";
import { AppendTally } from "./append-tally.ts";
import type { HeadRange } from "./head-range.ts";
import type { HeadSample } from "./head-sample.ts";
import { RangeSet } from "./range-set.ts";

/**
 * What is in memory: every live series with its newest sample, and the samples of the last time
 * ranges, compressed.
 *
 * The append rules are Prometheus' (storage.Err…) with two differences. «Too old» is measured from
 * the earlier of the series' newest sample and the clock, so that a clock that went back loses
 * nothing; and a series whose newest sample lies ahead of the clock takes whatever arrives as its
 * newest.
 *
 * A series has two numbers: its ref, given anew in every process, and its number in the log, which
 * is given with the first batch that uses it and holds as long as the log.
 */
export interface HeadOptions {
  readonly blockDurationMs: number;
  readonly outOfOrderWindowMs: number;
  readonly futureSkewMs: number;
  readonly seriesMax: number;
}

/** Told of each sample that the head has taken, by its series' number in the log. */
export interface AcceptedSamples {
  add(
    series: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): void;
}

type Verdict = "appended" | "unchanged" | RejectReason;

export class Head implements LatestSeries {
  readonly ranges: RangeSet;
  appendCount = 0;
  /** -Infinity where a series has no sample yet. */
  timestampsMs: Float64Array<ArrayBuffer> = new Float64Array(64).fill(-Infinity);
  values: Float64Array<ArrayBuffer> = new Float64Array(64);
  readonly #options: HeadOptions;
  readonly #index = new SeriesIndex();
  readonly #metadataTable = new MetadataTable();
  #valueWords: Uint32Array = wordsOf(this.values);
  #metadata: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #logNumbers: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #logNumberEnd = 1;
  #newestMs = Number.NEGATIVE_INFINITY;
  /** Series whose newest sample is a histogram. */
  readonly #histogramRefs = new Set<SeriesRef>();
  #unwritten: SeriesRef[] = [];
  readonly #reassigned = new Set<SeriesRef>();
  /** Dropped, with labels still readable for readers under way. */
  #dropped: SeriesRef[] = [];
  readonly #listeners = new Set<SeriesListener>();

  constructor(options: HeadOptions) {
    this.#options = options;
    this.ranges = new RangeSet(options.blockDurationMs);
  }

  get index(): SeriesIndex {
    return this.#index;
  }

  get refEnd(): number {
    return this.#index.refEnd;
  }

  isLive(ref: SeriesRef): boolean {
    return this.#index.isLive(ref);
  }

  labels(ref: SeriesRef): Labels {
    return this.#index.labels(ref);
  }

  metadata(ref: SeriesRef): MetricMetadata | null {
    return this.metadataAt(ref);
  }

  /** The same for a plain number. */
  metadataAt(ref: number): MetricMetadata | null {
    return this.#metadataTable.get(this.#metadata[ref] ?? 0);
  }

  select(matchers: readonly Matcher[]): Uint32Array {
    return matchSeries(this.#index, matchers);
  }

  /** The same with turns for the event loop. */
  selectInTurns(matchers: readonly Matcher[], turns: EventLoopTurns): Promise<Uint32Array> {
    return matchSeriesInTurns(this.#index, matchers, turns);
  }

  listen(listener: SeriesListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  ensureSeries(labels: Labels): SeriesRef {
    if (this.#index.count >= this.#options.seriesMax) {
      const known = this.#index.find(labels);
      if (known === 0) throw new SeriesLimitError(this.#options.seriesMax);
      return known;
    }
    const end = this.#index.refEnd;
    const ref = this.#index.ensure(labels);
    if (ref < end) return ref;
    this.#addColumns(ref);
    for (const listener of this.#listeners) listener.seriesAdded(ref);
    return ref;
  }

  internMetadata(metadata: MetricMetadata): MetadataRef {
    return this.#metadataTable.intern(metadata);
  }

  setMetadata(ref: SeriesRef, metadata: MetadataRef): void {
    if (!this.isLive(ref) || this.#metadata[ref] === metadata) return;
    this.#metadata[ref] = metadata;
    if (this.#logNumbers[ref] !== 0) this.#reassigned.add(ref);
    for (const listener of this.#listeners) listener.metadataChanged(ref);
  }

  /** Time of the newest sample of all, or -Infinity. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** Series whose newest sample is a histogram. */
  get histogramSeries(): number {
    return this.#histogramRefs.size;
  }

  /** Takes a batch in. `seq` is the row of the log in which it will lie. */
  append(batch: SampleBatch, nowMs: number, seq: number, accepted: AcceptedSamples): AppendOutcome {
    const tally = new AppendTally();
    const words = wordsOf(batch.values);
    const histograms = batch.histograms ?? null;
    const sample: HeadSample = { timestampMs: 0, low: 0, high: 0, histogram: undefined };
    const futureMs = nowMs + this.#options.futureSkewMs;
    const recentMs = nowMs - this.#options.outOfOrderWindowMs;
    let range: HeadRange | null = null;
    for (let i = 0; i < batch.length; i++) {
      const ref = batch.refs[i] as SeriesRef;
      const timestampMs = Math.floor(batch.timestampsMs[i] as number);
      let low = words[i * 2] as number;
      let high = words[i * 2 + 1] as number;
      let histogram = histograms === null ? undefined : histograms[i];
      if (histogram !== undefined) {
        sumOf[0] = histogram.sum;
        low = sumWords[0] as number;
        high = sumWords[1] as number;
        if (isStaleMarker(sumWords, 0)) histogram = undefined;
      }
      if (!this.#index.isLive(ref)) {
        tally.reject(i, "unknown_series");
        continue;
      }
      // Written so that a NaN is refused.
      if (!(timestampMs <= futureMs)) {
        tally.reject(i, "too_far_in_future");
        continue;
      }
      if (range === null || timestampMs < range.minMs || timestampMs >= range.endMs) {
        range = timestampMs >= recentMs ? this.#rangeFor(timestampMs, seq) : null;
      }
      if (
        range !== null &&
        timestampMs > (this.timestampsMs[ref] as number) &&
        range.append(ref, timestampMs, low, high, histogram)
      ) {
        this.#setNewest(ref, timestampMs, low, high, histogram);
      } else {
        sample.timestampMs = timestampMs;
        sample.low = low;
        sample.high = high;
        sample.histogram = histogram;
        const verdict = this.#insert(ref, sample, nowMs);
        if (verdict === "unchanged") tally.unchanged += 1;
        else if (verdict !== "appended") tally.reject(i, verdict);
        if (verdict !== "appended") continue;
        this.#rangeFor(timestampMs, seq);
      }
      accepted.add(this.#logNumberOf(ref), timestampMs, low, high, histogram);
      tally.appended += 1;
    }
    if (tally.appended > 0) this.appendCount += 1;
    return tally.outcome();
  }

  /** A sample read back from the log: it has passed the rules before. */
  restore(ref: SeriesRef, sample: Readonly<HeadSample>, nowMs: number, seq: number): void {
    const { timestampMs, low, high, histogram } = sample;
    const range = this.#rangeFor(timestampMs, seq);
    const newest = this.timestampsMs[ref] as number;
    if (!range.append(ref, timestampMs, low, high, histogram)) {
      // A time twice: a row was written again after a failed commit that had succeeded.
      if (this.ranges.findSample(ref, timestampMs, low, high, histogram) !== "absent") return;
      range.insert(ref, timestampMs, low, high, histogram);
    }
    if (timestampMs > newest || newest > nowMs) {
      this.#setNewest(ref, timestampMs, low, high, histogram);
    }
  }

  /** Makes a series known under the number that the log has for it; pairs are the index's. */
  restoreSeries(series: number, pairs: Uint32Array, metadata: MetricMetadata | null): SeriesRef {
    const end = this.#index.refEnd;
    const ref = this.#index.ensurePairs(pairs);
    if (ref >= end) this.#addColumns(ref);
    this.#logNumbers[ref] = series;
    this.#logNumberEnd = Math.max(this.#logNumberEnd, series + 1);
    this.restoreMetadata(ref, metadata);
    return ref;
  }

  /** Metadata read back from the log. */
  restoreMetadata(ref: SeriesRef, metadata: MetricMetadata | null): void {
    this.#metadata[ref] = metadata === null ? 0 : this.#metadataTable.intern(metadata);
  }

  /** The record of what the log does not know yet of series that it is about to know, or null. */
  takeDefinitions(): Uint8Array | null {
    if (this.#unwritten.length === 0 && this.#reassigned.size === 0) return null;
    const encoder = new DefinitionEncoder(this.#index);
    for (const ref of this.#unwritten) this.#define(ref, encoder);
    for (const ref of this.#reassigned) {
      encoder.addAssignment(this.#logNumbers[ref] as number, this.metadata(ref));
    }
    this.#unwritten = [];
    this.#reassigned.clear();
    return encoder.finish();
  }

  /** The record of the live series among `from ≤ ref < to` that the log knows, or null. */
  definitionsOf(from: number, to: number): Uint8Array | null {
    const encoder = new DefinitionEncoder(this.#index);
    for (let ref = from; ref < to; ref++) {
      if (this.#index.isLive(ref) && this.#logNumbers[ref] !== 0) {
        this.#define(ref as SeriesRef, encoder);
      }
    }
    return encoder.count > 0 ? encoder.finish() : null;
  }

  /**
   * Drops live series among `from ≤ ref < to` of which no range has a sample. Those that were among
   * the newest stay for one more block: when the clock jumps ahead, everything is past at once.
   */
  dropIdle(from: number, to: number): number {
    const ranges = this.ranges.all();
    const recentMs = this.#newestMs - this.#options.blockDurationMs;
    let dropped = 0;
    for (let ref = from; ref < to; ref++) {
      const idle = ref as SeriesRef;
      if (!this.isLive(idle) || (this.timestampsMs[ref] as number) >= recentMs) continue;
      if (ranges.some((range) => range.has(ref))) continue;
      this.#index.drop(idle);
      this.#histogramRefs.delete(idle);
      this.#dropped.push(idle);
      dropped += 1;
      for (const listener of this.#listeners) listener.seriesRemoved(idle);
    }
    return dropped;
  }

  /** Frees the labels of series dropped since the last call; their pairs go with a sweep. */
  forgetDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = [];
    for (const ref of dropped) this.#index.forget(ref);
    return dropped.length;
  }

  #define(ref: SeriesRef, encoder: DefinitionEncoder): void {
    encoder.addSeries(this.#logNumbers[ref] as number, ref, this.metadata(ref));
  }

  #rangeFor(timestampMs: number, seq: number): HeadRange {
    const range = this.ranges.rangeAt(timestampMs);
    if (seq < range.firstSeq) range.firstSeq = seq;
    return range;
  }

  /** The careful way: repeated, late and first samples. */
  #insert(ref: SeriesRef, sample: Readonly<HeadSample>, nowMs: number): Verdict {
    const { timestampMs, low, high, histogram } = sample;
    const newest = this.timestampsMs[ref] as number;
    // What the newest histogram is, only the range knows.
    if (timestampMs === newest && histogram === undefined && !this.#histogramRefs.has(ref)) {
      const equal = this.#valueWords[ref * 2] === low && this.#valueWords[ref * 2 + 1] === high;
      return equal ? "unchanged" : "duplicate";
    }
    if (!(timestampMs > newest && newest !== -Infinity)) {
      const reference = newest === -Infinity ? nowMs : Math.min(newest, nowMs);
      if (timestampMs < reference - this.#options.outOfOrderWindowMs) return "too_old";
    }
    const match = this.ranges.findSample(ref, timestampMs, low, high, histogram);
    if (match !== "absent") return match === "equal" ? "unchanged" : "duplicate";
    this.ranges.rangeAt(timestampMs).insert(ref, timestampMs, low, high, histogram);
    if (timestampMs > newest || newest > nowMs) {
      this.#setNewest(ref, timestampMs, low, high, histogram);
    }
    return "appended";
  }

  #setNewest(
    ref: SeriesRef,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): void {
    this.timestampsMs[ref] = timestampMs;
    if (timestampMs > this.#newestMs) this.#newestMs = timestampMs;
    if (histogram === undefined) {
      this.#valueWords[ref * 2] = low;
      this.#valueWords[ref * 2 + 1] = high;
      if (this.#histogramRefs.size > 0) this.#histogramRefs.delete(ref);
    } else {
      writeStaleMarker(this.#valueWords, ref);
      this.#histogramRefs.add(ref);
    }
  }

  #logNumberOf(ref: SeriesRef): number {
    const known = this.#logNumbers[ref] as number;
    if (known !== 0) return known;
    const number = this.#logNumberEnd;
    this.#logNumberEnd += 1;
    this.#logNumbers[ref] = number;
    this.#unwritten.push(ref);
    return number;
  }

  #addColumns(ref: SeriesRef): void {
    if (ref >= this.timestampsMs.length) {
      this.timestampsMs = grownFloat64(this.timestampsMs, ref + 1);
      this.values = grownFloat64(this.values, ref + 1);
      this.#valueWords = wordsOf(this.values);
      this.#metadata = grownUint32(this.#metadata, ref + 1);
      this.#logNumbers = grownUint32(this.#logNumbers, ref + 1);
    }
    this.timestampsMs[ref] = Number.NEGATIVE_INFINITY;
  }
}

const sumOf = new Float64Array(1);
const sumWords = wordsOf(sumOf);
