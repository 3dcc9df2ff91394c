import {
  compareUtf8,
  type Labels,
  type Matcher,
  type MetricMetadata,
  type ValueTest,
} from "#model";
import type { BlockFile } from "./block-file.ts";
import type { BlockMeta } from "./block-meta.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { Steps } from "./event-loop-turns.ts";
import { type ExpressionBounds, expressionBounds } from "./expression-bounds.ts";
import { PairPage } from "./pair-page.ts";
import { NAMES_KEY, PAGE_ENTRIES } from "./series-index-writer.ts";
import { allSeries, intersect, type SeriesIds, subtract, union } from "./series-sets.ts";
import { readText } from "./text-field.ts";

/**
 * Which series a selector means, and what they are called, read from a block page by page. In memory lie
 * only the label names and a few pages used last; opening a block costs the same for ten series
 * and for ten million.
 */
const PAIR_PAGES_CACHED_MAX = 256;
const SERIES_PAGES_CACHED_MAX = 4;

/** Reading the series of a pair takes as long as looking at so many series for their pairs. */
const PAIR_TO_SERIES_COST = 8;

const NO_BOUNDS: ExpressionBounds = { literals: null, prefix: "" };

interface LabelName {
  readonly name: string;
  /** Its pairs have the ids from ≤ id < to, sorted by value. */
  readonly from: number;
  readonly to: number;
}

interface SeriesPage {
  readonly metadata: readonly number[];
  readonly pairs: readonly (readonly number[])[];
}

/** A matcher with its test, compiled once for all blocks. */
export interface CompiledMatcher extends Matcher {
  readonly test: ValueTest;
}

export class BlockIndex {
  readonly #file: BlockFile;
  readonly #meta: BlockMeta;
  readonly #names: readonly LabelName[];
  readonly #pairPages = new BoundedCache<number, PairPage>(PAIR_PAGES_CACHED_MAX, () => 1);
  readonly #seriesPages = new BoundedCache<number, SeriesPage>(SERIES_PAGES_CACHED_MAX, () => 1);
  readonly #metadata: (MetricMetadata | undefined)[] = [];

  constructor(file: BlockFile, meta: BlockMeta) {
    this.#file = file;
    this.#meta = meta;
    this.#names = this.#readNames();
  }

  #readNames(): LabelName[] {
    const reader = this.#file.read("meta", NAMES_KEY);
    const count = reader.readVarint();
    const starts: { name: string; from: number }[] = [];
    for (let i = 0; i < count; i++) {
      starts.push({ name: readText(reader), from: reader.readVarint() });
    }
    return starts.map(({ name, from }, i) => ({
      name,
      from,
      to: starts[i + 1]?.from ?? this.#meta.pairs,
    }));
  }

  get seriesCount(): number {
    return this.#meta.series;
  }

  get pairCount(): number {
    return this.#meta.pairs;
  }

  /** Sorted. */
  get labelNames(): readonly string[] {
    return this.#names.map(({ name }) => name);
  }

  /** The pairs of the label, from ≤ id < to, sorted by value; null where no series has it. */
  pairsOfName(name: string): { readonly from: number; readonly to: number } | null {
    return this.#names.find((label) => label.name === name) ?? null;
  }

  valueOf(pair: number): string {
    return this.#pairPage(pair).valueOf(pair % PAGE_ENTRIES);
  }

  /** Rising. */
  pairsOfSeries(series: number): readonly number[] {
    return this.#seriesPage(series).pairs[series % PAGE_ENTRIES] as readonly number[];
  }

  /** 0 for none. */
  metadataId(series: number): number {
    return this.#seriesPage(series).metadata[series % PAGE_ENTRIES] as number;
  }

  labels(series: number): Labels {
    const flat: string[] = [];
    for (const pair of this.pairsOfSeries(series)) {
      const page = this.#pairPage(pair);
      const at = pair % PAGE_ENTRIES;
      flat.push((this.#names[page.nameOf(at)] as LabelName).name, page.valueOf(at));
    }
    return flat as readonly string[] as Labels;
  }

  metadata(series: number): MetricMetadata | null {
    const id = this.metadataId(series);
    return id === 0 ? null : this.metadataOf(id);
  }

  /** By its id, from 1. */
  metadataOf(id: number): MetricMetadata {
    const known = this.#metadata[id];
    if (known !== undefined) return known;
    const reader = this.#file.read("metadata", id);
    const [family, type, unit, help] = [1, 2, 3, 4].map(() => readText(reader)) as [
      string,
      MetricMetadata["type"],
      string,
      string,
    ];
    return (this.#metadata[id] = { family, type, unit, help });
  }

  /** Series for which every matcher holds. */
  *select(matchers: readonly CompiledMatcher[]): Steps<SeriesIds> {
    let selected: SeriesIds | null = null;
    const exclusions: SeriesIds[] = [];
    for (const matcher of matchers) {
      const { matching, isExclusion } = yield* this.#evaluate(matcher);
      if (isExclusion) exclusions.push(matching);
      else selected = selected === null ? matching : intersect(selected, matching);
      if (selected?.length === 0) return selected;
    }
    let result = selected ?? allSeries(this.#meta.series);
    for (const exclusion of exclusions) result = subtract(result, exclusion);
    return result;
  }

  /**
   * A matcher that holds for "" also holds for series without the label; for those the series that
   * do *not* match are gathered, which are usually few.
   */
  *#evaluate(matcher: CompiledMatcher): Steps<{ matching: SeriesIds; isExclusion: boolean }> {
    const { test } = matcher;
    const isExclusion = test("");
    const label = this.#names.find(({ name }) => name === matcher.name);
    if (label === undefined) return { matching: new Uint32Array(0), isExclusion };
    const { operator, value } = matcher;
    if (value !== "" && (operator === "=" || operator === "!=")) {
      const pair = this.#findPair(label, value);
      const matching = pair < 0 ? new Uint32Array(0) : this.#postings(pair);
      return { matching, isExclusion };
    }
    const pairs: number[] = [];
    for (const pair of this.#candidates(label, matcher, isExclusion)) {
      if (test(this.valueOf(pair)) !== isExclusion) pairs.push(pair);
      if (pair % PAGE_ENTRIES === 0) yield;
    }
    const matching =
      pairs.length * PAIR_TO_SERIES_COST > this.#meta.series
        ? yield* this.#scanFor(label, pairs)
        : yield* this.#seriesOfPairs(pairs);
    return { matching, isExclusion };
  }

  *#seriesOfPairs(pairs: readonly number[]): Steps<SeriesIds> {
    const lists: SeriesIds[] = [];
    for (const pair of pairs) {
      lists.push(this.#postings(pair));
      yield;
    }
    return union(lists, this.#meta.series);
  }

  /** Goes through all series and looks which have one of the label's pairs. */
  *#scanFor(label: LabelName, pairs: readonly number[]): Steps<SeriesIds> {
    const isWanted = new Uint8Array(label.to - label.from);
    for (const pair of pairs) isWanted[pair - label.from] = 1;
    const found = new Uint32Array(this.#meta.series);
    let length = 0;
    for (let series = 0; series < this.#meta.series; series++) {
      for (const pair of this.pairsOfSeries(series)) {
        if (pair < label.from) continue;
        if (pair < label.to && isWanted[pair - label.from] === 1) found[length++] = series;
        break;
      }
      if (series % PAGE_ENTRIES === 0) yield;
    }
    return found.slice(0, length);
  }

  /** Pairs that have to be tried: few, where the values wanted are those that the expression matches. */
  *#candidates(label: LabelName, matcher: Matcher, isExclusion: boolean): Generator<number> {
    const { operator, value } = matcher;
    const wantsMatches = operator === (isExclusion ? "!~" : "=~");
    const { literals, prefix } = wantsMatches ? expressionBounds(value) : NO_BOUNDS;
    if (literals !== null) {
      for (const literal of literals) {
        const pair = this.#findPair(label, literal);
        if (pair >= 0) yield pair;
      }
      return;
    }
    for (let pair = this.#lowerBound(label, prefix); pair < label.to; pair++) {
      if (!this.valueOf(pair).startsWith(prefix)) return;
      yield pair;
    }
  }

  /** -1 where the block has no such pair. */
  #findPair(label: LabelName, value: string): number {
    const pair = this.#lowerBound(label, value);
    if (pair === label.to) return -1;
    return this.valueOf(pair) === value ? pair : -1;
  }

  /** The label's first pair whose value is not below `value`: binary search. */
  #lowerBound(label: LabelName, value: string): number {
    let { from, to } = label;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (compareUtf8(this.valueOf(middle), value) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #postings(pair: number): SeriesIds {
    const reader = this.#file.read("postings", pair);
    const count = reader.readVarint();
    if (count > this.#meta.series) throw new RangeError(`postings ${pair} of ${count} series`);
    const ids = new Uint32Array(count);
    let id = 0;
    for (let i = 0; i < count; i++) ids[i] = id += reader.readVarint();
    if (id >= this.#meta.series) throw new RangeError(`postings ${pair} name series ${id}`);
    return ids;
  }

  #pairPage(pair: number): PairPage {
    const key = Math.floor(pair / PAGE_ENTRIES);
    const known = this.#pairPages.get(key);
    if (known !== undefined) return known;
    const reader = this.#file.read("pair_page", key);
    const count = Math.min(PAGE_ENTRIES, this.#meta.pairs - key * PAGE_ENTRIES);
    const page = new PairPage(reader, count, this.#names.length);
    this.#pairPages.set(key, page);
    return page;
  }

  #seriesPage(series: number): SeriesPage {
    const key = Math.floor(series / PAGE_ENTRIES);
    const known = this.#seriesPages.get(key);
    if (known !== undefined) return known;
    const reader = this.#file.read("series_page", key);
    const count = Math.min(PAGE_ENTRIES, this.#meta.series - key * PAGE_ENTRIES);
    const metadata: number[] = [];
    const pairs: number[][] = [];
    for (let i = 0; i < count; i++) {
      metadata.push(reader.readVarint());
      const labels = reader.readVarint();
      const ids: number[] = [];
      let id = 0;
      for (let j = 0; j < labels; j++) ids.push((id += reader.readVarint()));
      pairs.push(ids);
    }
    const page = { metadata, pairs };
    this.#seriesPages.set(key, page);
    return page;
  }
}
