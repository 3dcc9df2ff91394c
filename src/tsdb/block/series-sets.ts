/** Sorted, duplicate-free lists of series ids, and the set operations that selectors are made of. */
export type SeriesIds = Uint32Array;

/** 0 … count-1. */
export function allSeries(count: number): SeriesIds {
  const ids = new Uint32Array(count);
  for (let i = 0; i < count; i++) ids[i] = i;
  return ids;
}

export function intersect(a: SeriesIds, b: SeriesIds): SeriesIds {
  const result = new Uint32Array(Math.min(a.length, b.length));
  let length = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const x = a[i] as number;
    const y = b[j] as number;
    if (x === y) result[length++] = x;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return result.subarray(0, length);
}

/** What is in `a` and not in `b`. */
export function subtract(a: SeriesIds, b: SeriesIds): SeriesIds {
  const result = new Uint32Array(a.length);
  let length = 0;
  let j = 0;
  for (const x of a) {
    while (j < b.length && (b[j] as number) < x) j++;
    if (b[j] !== x) result[length++] = x;
  }
  return result.subarray(0, length);
}

/** The union of lists that may overlap; `end` is above every id. */
export function union(lists: readonly SeriesIds[], end: number): SeriesIds {
  if (lists.length === 0) return new Uint32Array(0);
  if (lists.length === 1) return lists[0] as SeriesIds;
  const present = new Uint8Array(end);
  let count = 0;
  for (const list of lists) {
    for (const id of list) {
      count += 1 - (present[id] as number);
      present[id] = 1;
    }
  }
  const result = new Uint32Array(count);
  for (let id = 0, at = 0; at < count; id++) if (present[id] === 1) result[at++] = id;
  return result;
}
