import { type FloatHistogram, wordsOf } from "#model";

/** The zero count, the positive and the negative buckets, added in this order: nearly always the count. */
export function totalCount(
  zeroCount: number,
  positive: Float64Array,
  negative: Float64Array,
): number {
  let total = zeroCount;
  for (let i = 0; i < positive.length; i++) total += positive[i] as number;
  for (let i = 0; i < negative.length; i++) total += negative[i] as number;
  return total;
}

const pair = new Float64Array(2);
const words = wordsOf(pair);

/** Whether the total gives the count, bit for bit. */
export function isTotalCount({ count, zeroCount, positive, negative }: FloatHistogram): boolean {
  pair[0] = count;
  pair[1] = totalCount(zeroCount, positive.counts, negative.counts);
  return words[0] === words[2] && words[1] === words[3];
}
