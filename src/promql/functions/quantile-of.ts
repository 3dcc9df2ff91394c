/**
 * The quantile of the first `count` values, as `quantileOfSorted` gives it. It needs two neighbours in
 * rank, not the order of all: values are moved about (Hoare's selection) until these two are found,
 * which costs a fraction of sorting.
 */
export function quantileOf(quantile: number, values: Float64Array, count: number): number {
  if (count === 0 || Number.isNaN(quantile)) return Number.NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const numberCount = moveNaNsToEnd(values, count);
  // A NaN counts as the smallest value.
  const nanCount = count - numberCount;
  const rank = quantile * (count - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  if (lower < nanCount) return Number.NaN;
  const lowerValue = select(values, numberCount, lower - nanCount);
  const upperValue =
    upper === lower ? lowerValue : smallestFrom(values, upper - nanCount, numberCount);
  return lowerValue * (1 - weight) + upperValue * weight;
}

function moveNaNsToEnd(values: Float64Array, count: number): number {
  let end = count;
  for (let i = 0; i < end; i++) {
    while (i < end && Number.isNaN(values[i])) {
      end -= 1;
      swap(values, i, end);
    }
  }
  return end;
}

/** The value of a rank; what is smaller lies before it then, what is larger behind. */
function select(values: Float64Array, count: number, rank: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i += 1;
      while (pivot < (values[j] as number)) j -= 1;
      if (i > j) break;
      swap(values, i, j);
      i += 1;
      j -= 1;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank] as number;
}

function smallestFrom(values: Float64Array, from: number, to: number): number {
  let smallest = values[from] as number;
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number;
    if (value < smallest) smallest = value;
  }
  return smallest;
}

function swap(values: Float64Array, i: number, j: number): void {
  const held = values[i] as number;
  values[i] = values[j] as number;
  values[j] = held;
}
