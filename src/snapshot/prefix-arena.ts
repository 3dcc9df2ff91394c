import { assert } from "#lib/assert";
import type { SeriesRef } from "#model";

/**
 * The rendered start of each line, `name{a="b"} `, once per series, for all entitlements that show
 * labels alike and for both formats, whose lines are the same bytes.
 *
 * Layout: chunks of up to 1 MiB (the first ones smaller), never moved and never reused, so that a body that is being rendered
 * while series come and go reads what it began with. An entry is its length (32 bits, in the
 * machine's order), the bytes, and padding to the next multiple of four. A position counts
 * four-byte words: chunk number above, word within the chunk below; 0 stands for none. A prefix
 * longer than a chunk has a chunk of its own.
 * Room of series that are gone is not given back here: past `wasteIsLarge` the owner starts a new
 * arena and its users move over (`TenantView.migrate`).
 */
export class PrefixArena {
  readonly chunks: PrefixChunk[] = [];
  /** Prefixes that are the newest of their series. */
  #liveCount = 0;
  #longestBytes = 0;
  #usedBytes = 0;
  #wastedBytes = 0;
  #freeWord = 0;
  #positions = new Uint32Array(1024);

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The longest prefix so far, gone ones included. */
  get longestBytes(): number {
    return this.#longestBytes;
  }

  get liveCount(): number {
    return this.#liveCount;
  }

  get wasteIsLarge(): boolean {
    return this.#wastedBytes > WASTE_BYTES_MIN && this.#wastedBytes * 2 > this.#usedBytes;
  }

  /** The position of these bytes for the series; stored only where they are not yet. */
  put(ref: SeriesRef, bytes: Uint8Array, length: number): number {
    const known = this.#positionOf(ref);
    if (known !== 0) {
      if (this.#holds(known, bytes, length)) return known;
      this.forget(ref);
    }
    const position = this.#append(bytes, length);
    if (ref >= this.#positions.length) this.#growPositions(ref);
    this.#positions[ref] = position;
    this.#liveCount += 1;
    return position;
  }

  /** The series is gone; its bytes stay for those that still read them. */
  forget(ref: SeriesRef): void {
    const position = this.#positionOf(ref);
    if (position === 0) return;
    this.#positions[ref] = 0;
    this.#liveCount -= 1;
    this.#wastedBytes += entryBytes(this.lengthAt(position));
  }

  lengthAt(position: number): number {
    return this.#chunkOf(position).words[position & WORD_MASK] as number;
  }

  /** The bytes themselves; do not write. */
  bytesAt(position: number): Uint8Array {
    const start = ((position & WORD_MASK) + 1) * 4;
    return this.#chunkOf(position).bytes.subarray(start, start + this.lengthAt(position));
  }

  /** Byte order; 0 exactly where the two are equal. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    const left = this.#chunkOf(a).view;
    const right = this.#chunkOf(b).view;
    const leftStart = ((a & WORD_MASK) + 1) * 4;
    const rightStart = ((b & WORD_MASK) + 1) * 4;
    const leftLength = this.lengthAt(a);
    const rightLength = this.lengthAt(b);
    const common = Math.min(leftLength, rightLength);
    let i = 0;
    // Big-endian words compare as their bytes do.
    for (; i + 4 <= common; i += 4) {
      const x = left.getUint32(leftStart + i);
      const y = right.getUint32(rightStart + i);
      if (x !== y) return x - y;
    }
    for (; i < common; i++) {
      const order = left.getUint8(leftStart + i) - right.getUint8(rightStart + i);
      if (order !== 0) return order;
    }
    return leftLength - rightLength;
  }

  #positionOf(ref: SeriesRef): number {
    return ref < this.#positions.length ? (this.#positions[ref] as number) : 0;
  }

  #holds(position: number, bytes: Uint8Array, length: number): boolean {
    const held = this.bytesAt(position);
    if (held.length !== length) return false;
    for (let i = 0; i < length; i++) if (held[i] !== bytes[i]) return false;
    return true;
  }

  #append(bytes: Uint8Array, length: number): number {
    const words = entryBytes(length) / 4;
    const room = (this.chunks.at(-1)?.words.length ?? SPARE_WORDS) - SPARE_WORDS;
    if (this.#freeWord + words > room) {
      const usual = Math.min(CHUNK_WORDS, FIRST_CHUNK_WORDS << Math.min(this.chunks.length, 8));
      this.chunks.push(newChunk(Math.max(usual, words + 1)));
      // The first word stays free, so that no position is 0.
      this.#freeWord = 1;
    }
    const index = this.chunks.length - 1;
    assert(index < CHUNKS_MAX, "prefix arena is full");
    const word = this.#freeWord;
    const chunk = this.chunks[index] as PrefixChunk;
    chunk.words[word] = length;
    chunk.bytes.set(length === bytes.length ? bytes : bytes.subarray(0, length), (word + 1) * 4);
    this.#freeWord += words;
    this.#usedBytes += words * 4;
    this.#longestBytes = Math.max(this.#longestBytes, length);
    return index * CHUNK_WORDS + word;
  }

  #growPositions(ref: number): void {
    const grown = new Uint32Array(Math.max(ref + 1, Math.ceil(this.#positions.length * 1.5)));
    grown.set(this.#positions);
    this.#positions = grown;
  }

  #chunkOf(position: number): PrefixChunk {
    return this.chunks[position >>> CHUNK_WORD_BITS] as PrefixChunk;
  }
}

/** One piece of memory seen three ways. */
export interface PrefixChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
}

/** 2^18 words are 1 MiB. */
export const CHUNK_WORD_BITS = 18;
const CHUNK_WORDS = 1 << CHUNK_WORD_BITS;
const FIRST_CHUNK_WORDS = 4096;
export const WORD_MASK = CHUNK_WORDS - 1;

/** Readers copy eight bytes at a time and may run over the end of the last prefix. */
const SPARE_WORDS = 2;

/** Positions have 32 bits: 16 GiB of prefixes. */
const CHUNKS_MAX = 1 << (32 - CHUNK_WORD_BITS);

/** Below this, waste is not worth a move. */
const WASTE_BYTES_MIN = 4 * 1024 * 1024;

function entryBytes(length: number): number {
  return 4 + ((length + 3) & ~3);
}

function newChunk(words: number): PrefixChunk {
  const buffer = new ArrayBuffer((words + SPARE_WORDS) * 4);
  return {
    bytes: new Uint8Array(buffer),
    words: new Uint32Array(buffer),
    view: new DataView(buffer),
  };
}
