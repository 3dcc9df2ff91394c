/**
 * The quantile of rising values: the mean of the two neighbours of rank q(n − 1), weighted by their
 * distance. A NaN counts as the smallest value; JavaScript sorts it last, so ranks are shifted.
 */
export function quantileOfSorted(quantile: number, sorted: Float64Array): number {
  const count = sorted.length;
  if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  let nanCount = 0;
  while (nanCount < count && Number.isNaN(sorted[count - 1 - nanCount])) nanCount += 1;
  const at = (index: number): number =>
    index < nanCount ? Number.NaN : (sorted[index - nanCount] as number);
  const rank = quantile * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return at(lower) * (1 - weight) + at(upper) * weight;
}
