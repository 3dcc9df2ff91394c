/**
 * The k members with the best values: a binary heap whose root is the worst of those kept, so that
 * each further member costs one comparison unless it is better. Go's container/heap, step by step,
 * because among equal values the moves decide who stays. NaN is the worst of all.
 */
export function bestMembers(
  members: readonly number[],
  valueOf: (member: number) => number,
  k: number,
  isTop: boolean,
): number[] {
  const isWorse = (a: number, b: number): boolean => {
    const [x, y] = [valueOf(a), valueOf(b)];
    return Number.isNaN(x) || (isTop ? x < y : x > y);
  };
  const heap: number[] = [];
  for (const member of members) {
    const [worst] = heap;
    if (worst === undefined || heap.length < k) {
      heap.push(member);
      siftUp(heap, isWorse);
    } else if (!Number.isNaN(valueOf(member)) && isWorse(worst, member)) {
      heap[0] = member;
      siftDown(heap, isWorse);
    }
  }
  return heap.toSorted((a, b) => compareBestFirst(valueOf(a), valueOf(b), isTop));
}

type IsWorse = (a: number, b: number) => boolean;

function siftUp(heap: number[], isWorse: IsWorse): void {
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!isWorse(heap[child] as number, heap[parent] as number)) return;
    swap(heap, child, parent);
    child = parent;
  }
}

function siftDown(heap: number[], isWorse: IsWorse): void {
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    if (left >= heap.length) return;
    const right = left + 1;
    const isRight = right < heap.length && isWorse(heap[right] as number, heap[left] as number);
    const child = isRight ? right : left;
    if (!isWorse(heap[child] as number, heap[parent] as number)) return;
    swap(heap, child, parent);
    parent = child;
  }
}

function swap(heap: number[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as number, heap[a] as number];
}

function compareBestFirst(x: number, y: number, isTop: boolean): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  if (x === y) return 0;
  return x > y === isTop ? -1 : 1;
}
