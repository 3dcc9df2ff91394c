import { OperatingError } from "#lib/operating-error";

/**
 * Bytes of many growing streams. A stream is a chain of blocks of 16, 32, 64, 128, then 256 bytes,
 * so that a constant series costs 16 bytes and a busy one wastes little. Every block lies at a
 * multiple of its size and keeps its last four bytes for the address of the next one: from a
 * position and the block's size follows where the block ends. Slabs of 1 MiB never move; the whole
 * arena goes at once when its time range has become a block on disk.
 *
 * Addresses are bytes, so an arena holds at most 4 GiB.
 */
const SLAB_LOG2 = 20;
const SLAB_BYTES = 1 << SLAB_LOG2;
const SLAB_MASK = SLAB_BYTES - 1;
const PAGE_BYTES = 1 << 14;
/** One less than addresses reach: the end of the last page must be an address, too. */
const SLABS_MAX = 4095;
const NEXT_BYTES = 4;

export const SMALLEST_LOG2 = 4;
export const LARGEST_LOG2 = 8;

export class BlockArena {
  readonly #slabs: Uint8Array[] = [];
  readonly #words: Uint32Array[] = [];
  /** The first page is left out: address 0 stands for «no block». */
  #end = PAGE_BYTES;
  /** Next free block of each size, and the end of its page. */
  readonly #free = new Uint32Array(LARGEST_LOG2 + 1);
  readonly #pageEnd = new Float64Array(LARGEST_LOG2 + 1);

  get allocatedBytes(): number {
    return this.#slabs.length * SLAB_BYTES;
  }

  slabOf(address: number): Uint8Array {
    return this.#slabs[address >>> SLAB_LOG2] as Uint8Array;
  }

  /** A fresh block of `2 ** log2` bytes; its content is zero. */
  allocate(log2: number): number {
    if ((this.#pageEnd[log2] as number) === (this.#free[log2] as number)) this.#newPage(log2);
    const address = this.#free[log2] as number;
    this.#free[log2] = address + (1 << log2);
    return address;
  }

  /** Chains `next` to the block of `2 ** log2` bytes in which `position` lies. */
  link(position: number, log2: number, next: number): void {
    const end = nextOffset(position, log2);
    (this.#words[position >>> SLAB_LOG2] as Uint32Array)[end >>> 2] = next;
  }

  /** Copies the stream from its first block up to `cursor` into `into`, grown where needed. */
  gather(first: number, cursor: number, into: Uint8Array): GatheredBytes {
    let bytes = into;
    let length = 0;
    let log2 = SMALLEST_LOG2;
    let block = first;
    for (;;) {
      const slab = this.slabOf(block);
      const start = block & SLAB_MASK;
      const payload = (1 << log2) - NEXT_BYTES;
      const isLast = cursor >= block && cursor <= block + payload;
      const take = isLast ? cursor - block : payload;
      if (length + take > bytes.length) bytes = enlarged(bytes, length + take);
      for (let i = 0; i < take; i++) bytes[length + i] = slab[start + i] as number;
      length += take;
      if (isLast) return { bytes, length };
      block = (this.#words[block >>> SLAB_LOG2] as Uint32Array)[nextOffset(block, log2) >>> 2]!;
      if (log2 < LARGEST_LOG2) log2 += 1;
    }
  }

  #newPage(log2: number): void {
    if (this.#end >>> SLAB_LOG2 >= this.#slabs.length) {
      if (this.#slabs.length === SLABS_MAX) {
        throw new OperatingError(
          "head_full",
          "The samples of one block duration fill 4 GiB of memory: lower storage.block_duration or scrape less often.",
        );
      }
      const buffer = new ArrayBuffer(SLAB_BYTES);
      this.#slabs.push(new Uint8Array(buffer));
      this.#words.push(new Uint32Array(buffer));
    }
    this.#free[log2] = this.#end;
    this.#end += PAGE_BYTES;
    this.#pageEnd[log2] = this.#end;
  }
}

/** What `gather` has read: the first `length` bytes count. */
export interface GatheredBytes {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** Free bytes between a position and its block's end. */
export function roomAt(position: number, log2: number): number {
  return (1 << log2) - NEXT_BYTES - (position & ((1 << log2) - 1));
}

/** Offset in the slab of a block's last four bytes. */
function nextOffset(position: number, log2: number): number {
  return ((position & SLAB_MASK) | ((1 << log2) - 1)) + 1 - NEXT_BYTES;
}

function enlarged(bytes: Uint8Array, length: number): Uint8Array {
  const larger = new Uint8Array(Math.max(length, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
