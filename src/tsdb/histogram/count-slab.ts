const SLAB_NUMBERS = 4096;

/**
 * Room for the counts of decoded histograms. A typed array of its own for each costs several times
 * what filling it does; here many share the memory of one.
 */
export class CountSlab {
  #buffer = new ArrayBuffer(0);
  #at = 0;

  take(count: number): Float64Array<ArrayBuffer> {
    const bytes = count * Float64Array.BYTES_PER_ELEMENT;
    if (this.#at + bytes > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(Math.max(bytes, SLAB_NUMBERS * 8));
      this.#at = 0;
    }
    const taken = new Float64Array(this.#buffer, this.#at, count);
    this.#at += bytes;
    return taken;
  }
}
