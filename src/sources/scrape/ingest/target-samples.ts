/**
 * Turns one target's scrapes into batches: the handler that the exposition parser talks to.
 *
 * One scrape is `begin`, what the parser reports, then `succeed` or `fail`, which complete the batch
 * with stale markers; the caller adds its report and appends it whole, then says `stored` or
 * `notStored`. Nothing is remembered of a scrape that was not stored. Reference: Prometheus 3.5,
 * `scrapeLoop.append`. One departure: a body that breaks off half-way makes all series of the target
 * stale, where Prometheus spares those that came before the fault.
 */
import type { ScrapeHandler } from "#exposition";
import type {
  Appendable,
  Exemplar,
  Labels,
  MetricMetadata,
  SeriesExemplar,
  SeriesRef,
} from "#model";
import { ScrapeError } from "../scrape-error.ts";
import type { BatchColumns } from "./batch-columns.ts";
import { canonicalLabels } from "./open-metrics-float.ts";
import { type SampleLabelRules, storedLabels } from "./sample-labels.ts";
import { DROPPED_SLOT, OVERFLOW_SLOT, SeriesSlots } from "./series-slots.ts";

/** What a scrape held; the source of the report series. */
export interface ScrapeCounts {
  /** Samples in the body. */
  scraped: number;
  /** Of these, after metric relabeling. */
  kept: number;
  /** Series that the scrape before did not have. */
  seriesAdded: number;
  /** Second samples of a series at the same time. */
  duplicates: number;
  outOfOrder: number;
  tooFarInFuture: number;
}

export interface TargetSampleRules extends SampleLabelRules {
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  /** Samples after relabeling; above 0. */
  readonly samplesMax: number;
}

/** Samples further ahead of the clock are refused, as in Prometheus. */
const MAX_AHEAD_MS = 10 * 60_000;
/** Exemplars of one scrape; a target gives at most one for a bucket, and the store keeps few. */
const EXEMPLARS_MAX = 100_000;
/** OpenMetrics 1.0.0: the labels of an exemplar have at most 128 characters together. */
const EXEMPLAR_CHARACTERS_MAX = 128;

export class TargetSamples implements ScrapeHandler {
  readonly counts: ScrapeCounts = noCounts();
  exemplars: SeriesExemplar[] = [];
  readonly #appendable: Appendable;
  readonly #slots = new SeriesSlots();
  #rules: TargetSampleRules;
  /** Numbers scrapes from 1. */
  #scrape = 0;
  /** Series not seen since this scrape count as added when they come back. */
  #knownSince = 1;
  /** Slots after the newest good scrape. */
  #knownCount = 0;
  #samples = 0;
  #hasNewSeriesBeyondLimit = false;
  #timestampMs = 0;
  #latestMs = 0;
  #batch: BatchColumns | null = null;

  constructor(appendable: Appendable, rules: TargetSampleRules) {
    this.#appendable = appendable;
    this.#rules = rules;
  }

  /** For the scrapes to come. Texts resolved under other rules must be forgotten by the parser. */
  setRules(rules: TargetSampleRules): void {
    this.#rules = rules;
  }

  /** Starts a scrape whose samples go into `batch`. `forget`: the parser's. */
  begin(
    batch: BatchColumns,
    times: { timestampMs: number; nowMs: number },
    forget: (token: number) => void,
  ): void {
    this.#scrape += 1;
    this.#batch = batch;
    this.#timestampMs = times.timestampMs;
    this.#latestMs = times.nowMs + MAX_AHEAD_MS;
    this.#samples = 0;
    this.exemplars = [];
    Object.assign(this.counts, noCounts());
    if (this.#hasNewSeriesBeyondLimit) forget(OVERFLOW_SLOT);
    this.#hasNewSeriesBeyondLimit = false;
    this.#slots.retire(this.#retireSince(), (ref) => this.#appendable.isLive(ref), forget);
  }

  resolveSeries(
    labels: Labels,
    metadata: MetricMetadata | null,
    emptyNames: readonly string[],
  ): number {
    const exposed = metadata === null ? labels : canonicalLabels(labels, metadata.type);
    const stored = storedLabels(exposed, emptyNames, this.#rules);
    if (stored === null) return DROPPED_SLOT;
    if (this.#samples >= this.#rules.samplesMax) {
      this.#hasNewSeriesBeyondLimit = true;
      return OVERFLOW_SLOT;
    }
    const ref = this.#appendable.ensureSeries(stored);
    if (metadata !== null) this.#setMetadata(ref, metadata);
    return this.#slots.slotOf(ref);
  }

  sample(slot: number, value: number, exposedMs: number): void {
    const { counts } = this;
    counts.scraped += 1;
    if (slot === DROPPED_SLOT) return;
    counts.kept += 1;
    const isOwnTime = this.#rules.honorTimestamps && !Number.isNaN(exposedMs);
    if (slot === OVERFLOW_SLOT) {
      this.#samples += 1;
      return;
    }
    const slots = this.#slots;
    const seenIn = slots.seenIn[slot] as number;
    const batch = this.#batch as BatchColumns;
    if (
      seenIn === this.#scrape &&
      !this.#isLater(slot, value, isOwnTime ? exposedMs : Number.NaN)
    ) {
      return;
    }
    this.#samples += 1;
    if (this.#samples > this.#rules.samplesMax) return;
    if (isOwnTime && exposedMs > this.#latestMs) {
      counts.tooFarInFuture += 1;
      return;
    }
    if (!slots.isKnown(slot, this.#knownSince)) counts.seriesAdded += 1;
    slots.seenIn[slot] = this.#scrape;
    slots.placeOf[slot] = batch.length;
    if (!isOwnTime || this.#rules.trackTimestampsStaleness) slots.track(slot);
    batch.push(slots.refs[slot] as number, isOwnTime ? exposedMs : this.#timestampMs, value);
  }

  exemplar(slot: number, exemplar: Exemplar): void {
    if (slot <= OVERFLOW_SLOT || this.exemplars.length >= EXEMPLARS_MAX) return;
    let characters = 0;
    for (const text of exemplar.labels) characters += text.length;
    if (characters > EXEMPLAR_CHARACTERS_MAX) return;
    this.exemplars.push({ ref: this.#slots.refs[slot] as SeriesRef, exemplar });
  }

  metadataChanged(slot: number, metadata: MetricMetadata): void {
    if (slot > OVERFLOW_SLOT) this.#setMetadata(this.#slots.refs[slot] as SeriesRef, metadata);
  }

  /** The body was whole: adds markers for what it lacks. Throws above the sample limit. */
  succeed(): void {
    if (this.#samples > this.#rules.samplesMax) {
      throw new ScrapeError("scrape_sample_limit", "sample limit exceeded");
    }
    const batch = this.#batch as BatchColumns;
    this.#slots.forEachTracked(true, (ref) => batch.pushStale(ref, this.#timestampMs));
  }

  /**
   * The scrape has failed: drops its samples, and ends every series of the scrape before.
   * `wasRead`: the body arrived whole and is at fault itself, so what it showed counts as seen.
   */
  fail(wasRead: boolean): void {
    const batch = this.#batch as BatchColumns;
    if (wasRead) this.#slots.know(this.#scrape);
    batch.length = 0;
    this.exemplars = [];
    this.#slots.forEachTracked(false, (ref) => batch.pushStale(ref, this.#timestampMs));
  }

  /** The batch is stored. `failed`: after `fail`. */
  stored(failed: boolean): void {
    this.#batch = null;
    this.#slots.settle(failed);
    if (failed || this.counts.scraped === 0) return;
    this.#slots.know(this.#scrape);
    this.#knownSince = this.#scrape;
    this.#knownCount = this.#slots.inUse;
  }

  /** The batch is lost; the series of the scrape before still wait for a sample or a marker. */
  notStored(): void {
    this.#batch = null;
    this.#slots.revert();
  }

  /**
   * Series not seen since this scrape may be given up. While scrapes fail nothing is known of what
   * the target has, so all stay, unless a target that shows other series at each failing scrape
   * would fill the memory (Prometheus' rule: twice as many as after the last good one).
   */
  #retireSince(): number {
    const lastScrape = this.#scrape - 1;
    if (this.#knownSince === lastScrape) return this.#knownSince;
    return this.#slots.inUse > 2 * this.#knownCount + 1000 ? lastScrape : 0;
  }

  /** A second sample of the series in this scrape: counts it, unless it is a later one. */
  #isLater(slot: number, value: number, exposedMs: number): boolean {
    const batch = this.#batch as BatchColumns;
    const place = this.#slots.placeOf[slot] as number;
    const lastMs = batch.timestampsMs[place] as number;
    if (exposedMs > lastMs) return true;
    if (exposedMs < lastMs) this.counts.outOfOrder += 1;
    // The same sample with the same time of its own is no fault.
    else if (exposedMs !== lastMs || !Object.is(batch.values[place], value)) {
      this.counts.duplicates += 1;
    }
    return false;
  }

  #setMetadata(ref: SeriesRef, metadata: MetricMetadata): void {
    this.#appendable.setMetadata(ref, this.#appendable.internMetadata(metadata));
  }
}

function noCounts(): ScrapeCounts {
  return {
    scraped: 0,
    kept: 0,
    seriesAdded: 0,
    duplicates: 0,
    outOfOrder: 0,
    tooFarInFuture: 0,
  };
}
