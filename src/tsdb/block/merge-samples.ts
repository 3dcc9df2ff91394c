import { type FloatHistogram, type SampleColumns, wordsOf } from "#model";
import { withUnknownReset } from "../histogram/reset-hint.ts";

/**
 * Merges two rising columns into `into`, from index `at` of `older` on. At equal times the newer
 * one's sample counts. Values move as words, so that NaN bits survive.
 *
 * What a histogram says of a reset before it was true of its neighbour in its own column; where the
 * merge gives it another one, it says nothing.
 */
export function mergeSamples(
  older: SampleColumns,
  at: number,
  newer: SampleColumns,
  into: SampleColumns,
): void {
  into.reserve(older.length - at + newer.length);
  const olderWords = wordsOf(older.values);
  const newerWords = wordsOf(newer.values);
  const words = wordsOf(into.values);
  const { timestampsMs } = into;
  let { length } = into;
  const hasHistograms = older.histograms !== null || newer.histograms !== null;
  let lastSource: SampleColumns | null = null;
  for (let i = at, j = 0; i < older.length || j < newer.length; length++) {
    const olderMs = i < older.length ? (older.timestampsMs[i] as number) : Infinity;
    const newerMs = j < newer.length ? (newer.timestampsMs[j] as number) : Infinity;
    const source = newerMs <= olderMs ? newerWords : olderWords;
    const index = newerMs <= olderMs ? j : i;
    timestampsMs[length] = Math.min(olderMs, newerMs);
    words[2 * length] = source[2 * index] as number;
    words[2 * length + 1] = source[2 * index + 1] as number;
    if (hasHistograms) {
      const from = newerMs <= olderMs ? newer : older;
      const histogram = from.histograms?.[index];
      const follows = lastSource === null || lastSource === from;
      if (histogram !== undefined) into.setHistogram(length, hinted(histogram, follows));
      lastSource = from;
    }
    if (olderMs <= newerMs) i++;
    if (newerMs <= olderMs) j++;
  }
  into.length = length;
}

function hinted(histogram: FloatHistogram, followsItsOwn: boolean): FloatHistogram {
  return followsItsOwn ? histogram : withUnknownReset(histogram);
}
