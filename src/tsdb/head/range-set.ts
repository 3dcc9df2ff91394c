import {
  equalHistograms,
  type FloatHistogram,
  type SampleColumns,
  SampleColumns as Columns,
  wordsOf,
} from "#model";
import { HeadRange } from "./head-range.ts";
import { mergeSamples } from "../block/merge-samples.ts";

const merged = new Columns();
const first = new Columns();
const second = new Columns();

/**
 * The head's time ranges. A range under cut is sealed: it takes no more samples, and what still
 * arrives for its time goes to a fresh range beside it, so that the cut works on what stands still.
 */
export class RangeSet {
  readonly #durationMs: number;
  readonly #open = new Map<number, HeadRange>();
  #sealed: readonly HeadRange[] = [];
  #all: readonly HeadRange[] | null = null;
  /** The open range asked for last: mostly the one of the next question. */
  #last: HeadRange | null = null;

  constructor(durationMs: number) {
    this.#durationMs = durationMs;
  }

  /** The open range of that time, made if absent. */
  rangeAt(timestampMs: number): HeadRange {
    const last = this.#last;
    if (last !== null && timestampMs >= last.minMs && timestampMs < last.endMs) return last;
    const index = Math.floor(timestampMs / this.#durationMs);
    this.#last = this.#openAt(index);
    return this.#last;
  }

  #openAt(index: number): HeadRange {
    const known = this.#open.get(index);
    if (known !== undefined) return known;
    const made = new HeadRange(index * this.#durationMs, this.#durationMs);
    this.#open.set(index, made);
    this.#all = null;
    return made;
  }

  /** All ranges by time; the sealed ones before the open ones of the same time. */
  all(): readonly HeadRange[] {
    this.#all ??= [...this.#sealed, ...this.#open.values()].toSorted((a, b) => a.minMs - b.minMs);
    return this.#all;
  }

  /** Ranges, sealed or not, that end at or before that time. */
  endedBy(timeMs: number): readonly HeadRange[] {
    return this.all().filter((range) => range.endMs <= timeMs);
  }

  /** Sealed ones among them stay so: a cut that failed is taken up again by the next. */
  seal(ranges: readonly HeadRange[]): void {
    this.#last = null;
    const fresh = ranges.filter((range) => !this.#sealed.includes(range));
    for (const range of fresh) this.#open.delete(Math.floor(range.minMs / this.#durationMs));
    this.#sealed = [...this.#sealed, ...fresh];
    this.#all = null;
  }

  /** Sealed ranges that are blocks now. */
  drop(ranges: readonly HeadRange[]): void {
    this.#sealed = this.#sealed.filter((range) => !ranges.includes(range));
    this.#all = null;
  }

  /** Whether and with which value the series has a sample at that time. */
  findSample(
    ref: number,
    timestampMs: number,
    low: number,
    high: number,
    histogram?: FloatHistogram,
  ): SampleMatch {
    first.clear();
    for (const range of this.all()) {
      if (timestampMs < range.minMs || timestampMs >= range.endMs) continue;
      range.read(ref, timestampMs, timestampMs, first);
    }
    if (first.length === 0) return "absent";
    const found = first.histograms?.[0];
    if (found !== undefined && histogram !== undefined) {
      return equalHistograms(found, histogram) ? "equal" : "different";
    }
    const words = wordsOf(first.values);
    const isEqual = found === histogram && words[0] === low && words[1] === high;
    return isEqual ? "equal" : "different";
  }
}

/** What the head has at a series' time. */
export type SampleMatch = "absent" | "equal" | "different";

/**
 * Appends the series' samples of the ranges (by time) to `into`. Ranges of equal time are merged;
 * all others follow each other.
 */
export function readRanges(
  ranges: readonly HeadRange[],
  ref: number,
  bounds: { readonly minMs: number; readonly maxMs: number },
  into: SampleColumns,
): void {
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as HeadRange;
    if (range.endMs <= bounds.minMs || range.minMs > bounds.maxMs || !range.has(ref)) continue;
    if (ranges[i + 1]?.minMs !== range.minMs) {
      range.read(ref, bounds.minMs, bounds.maxMs, into);
      continue;
    }
    // Late samples of a range under cut: never more than a few ranges of the same time.
    merged.clear();
    range.read(ref, bounds.minMs, bounds.maxMs, merged);
    while (ranges[i + 1]?.minMs === range.minMs) {
      i += 1;
      first.clear();
      second.clear();
      (ranges[i] as HeadRange).read(ref, bounds.minMs, bounds.maxMs, first);
      mergeSamples(merged, 0, first, second);
      merged.clear();
      merged.appendFrom(second);
    }
    into.appendFrom(merged);
  }
}
