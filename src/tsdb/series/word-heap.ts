import { assert } from "#lib/assert";
import { grownUint32 } from "./growing-column.ts";

/**
 * Many small lists of 32-bit words in one typed array. A list per JavaScript object would cost
 * about 200 bytes before its first word (typed array, buffer, backing store); here it costs its
 * words. Freed places of a size are chained through their first word and handed out again.
 * Address 0 is never given and stands for «nothing».
 */
export class WordHeap {
  /** Replaced by any `allocate`: read it anew each time. */
  words: Uint32Array<ArrayBuffer> = new Uint32Array(1024);
  #end = 1;
  #freeWords = 0;
  readonly #freeBySize = new Map<number, number>();

  /** A place of exactly `size` words; their content is arbitrary. */
  allocate(size: number): number {
    assert(size > 0, "a place has at least one word");
    const reused = this.#freeBySize.get(size) ?? 0;
    if (reused !== 0) {
      this.#freeBySize.set(size, this.words[reused] as number);
      this.#freeWords -= size;
      return reused;
    }
    const address = this.#end;
    this.#end += size;
    this.words = grownUint32(this.words, this.#end);
    return address;
  }

  free(address: number, size: number): void {
    this.words[address] = this.#freeBySize.get(size) ?? 0;
    this.#freeBySize.set(size, address);
    this.#freeWords += size;
  }

  /** Words handed out and not freed. */
  get usedWords(): number {
    return this.#end - 1 - this.#freeWords;
  }
}
