import type { Pacer } from "./pacer.ts";
import type { PrefixArena } from "./prefix-arena.ts";

/** One series on its way into a metric's entries. */
export interface NewEntry {
  readonly ref: number;
  readonly position: number;
}

/** Sorted runs of this length are made at once; longer ones by merging, between pauses. */
const RUN_LENGTH = 2048;

/** Sorts by the bytes of the prefixes, in slices: a metric can have a million series. */
export async function sortEntries(
  added: readonly NewEntry[],
  arena: PrefixArena,
  pacer: Pacer,
): Promise<Uint32Array<ArrayBuffer>> {
  let runs: Uint32Array<ArrayBuffer>[] = [];
  for (let start = 0; start < added.length; start += RUN_LENGTH) {
    const run = added.slice(start, start + RUN_LENGTH);
    run.sort((a, b) => arena.compare(a.position, b.position) || a.ref - b.ref);
    runs.push(flat(run));
    if (pacer.isDue()) await pacer.pause();
  }
  while (runs.length > 1) {
    const merged: Uint32Array<ArrayBuffer>[] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a, b] = [runs[i] ?? EMPTY, runs[i + 1] ?? EMPTY];
      merged.push(await mergeEntries(a, b, arena, pacer));
    }
    runs = merged;
  }
  return runs[0] ?? new Uint32Array(0);
}

const EMPTY = new Uint32Array(0);

function flat(run: readonly NewEntry[]): Uint32Array<ArrayBuffer> {
  const entries = new Uint32Array(run.length * 2);
  run.forEach(({ ref, position }, i) => {
    entries[i * 2] = ref;
    entries[i * 2 + 1] = position;
  });
  return entries;
}

/** Two sorted lists as one. Runs of the first list are found by galloping and moved as a block. */
export async function mergeEntries(
  kept: Uint32Array<ArrayBuffer>,
  added: Uint32Array<ArrayBuffer>,
  arena: PrefixArena,
  pacer: Pacer,
): Promise<Uint32Array<ArrayBuffer>> {
  const merged = new Uint32Array(kept.length + added.length);
  let from = 0;
  let at = 0;
  for (let i = 0; i < added.length; i += 2) {
    if (i % 1024 === 0 && pacer.isDue()) await pacer.pause();
    const to = gallop(kept, from, added, i, arena);
    merged.set(kept.subarray(from, to), at);
    at += to - from;
    from = to;
    merged[at] = added[i] as number;
    merged[at + 1] = added[i + 1] as number;
    at += 2;
  }
  merged.set(kept.subarray(from), at);
  return merged;
}

/** The index in `kept`, from `from` on, of the first entry that goes after `added[i]`. */
function gallop(
  kept: Uint32Array,
  from: number,
  added: Uint32Array,
  i: number,
  arena: PrefixArena,
): number {
  const goesAfter = (index: number): boolean => {
    const order = arena.compare(kept[index + 1] as number, added[i + 1] as number);
    return order > 0 || (order === 0 && (kept[index] as number) > (added[i] as number));
  };
  let step = 2;
  let low = from;
  while (low + step - 2 < kept.length && !goesAfter(low + step - 2)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step - 2, kept.length);
  while (low < high) {
    const middle = low + (((high - low) >>> 2) << 1);
    if (goesAfter(middle)) high = middle;
    else low = middle + 2;
  }
  return low;
}

/** The numbers of the series whose prefix equals the one before; null where there are none. */
export function findTwins(entries: Uint32Array, arena: PrefixArena): Uint32Array | null {
  const twins: number[] = [];
  for (let i = 2; i < entries.length; i += 2) {
    if (arena.compare(entries[i - 1] as number, entries[i + 1] as number) === 0) twins.push(i / 2);
  }
  return twins.length === 0 ? null : Uint32Array.from(twins);
}
