import { grownUint32 } from "./growing-column.ts";
import type { WordHeap } from "./word-heap.ts";

const NOTHING = new Uint32Array(0);

/**
 * A growing list of ids per key. One id lies in the key's own column (most labels with unique
 * values have one series), more lie in the heap in places of doubling size.
 */
export class IdLists {
  readonly #heap: WordHeap;
  /** The only id, or the address of the list. */
  #start: Uint32Array<ArrayBuffer> = new Uint32Array(64);
  #count: Uint32Array<ArrayBuffer> = new Uint32Array(64);

  constructor(heap: WordHeap) {
    this.#heap = heap;
  }

  append(key: number, id: number): void {
    this.#start = grownUint32(this.#start, key + 1);
    this.#count = grownUint32(this.#count, key + 1);
    const count = this.#count[key] as number;
    this.#count[key] = count + 1;
    if (count === 0) {
      this.#start[key] = id;
      return;
    }
    let address = this.#start[key] as number;
    if (count === 1) {
      const only = address;
      address = this.#heap.allocate(2);
      this.#heap.words[address] = only;
      this.#start[key] = address;
    } else if ((count & (count - 1)) === 0) {
      const larger = this.#heap.allocate(count * 2);
      this.#heap.words.copyWithin(larger, address, address + count);
      this.#heap.free(address, count);
      address = larger;
      this.#start[key] = address;
    }
    this.#heap.words[address + count] = id;
  }

  count(key: number): number {
    return key < this.#count.length ? (this.#count[key] as number) : 0;
  }

  /** The key's ids in the order of appending; valid until the next `append`. */
  view(key: number): Uint32Array {
    const count = this.count(key);
    if (count === 0) return NOTHING;
    const start = this.#start[key] as number;
    return count === 1 ? Uint32Array.of(start) : this.#heap.words.subarray(start, start + count);
  }

  /** Drops the ids for which `keep` is false; returns how many are left. */
  retain(key: number, keep: (id: number) => boolean): number {
    const before = this.count(key);
    if (before === 0) return 0;
    const kept = this.view(key).filter((id) => keep(id));
    if (kept.length === before) return before;
    if (before > 1) this.#heap.free(this.#start[key] as number, placeSize(before));
    this.#count[key] = 0;
    for (const id of kept) this.append(key, id);
    return kept.length;
  }
}

function placeSize(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
