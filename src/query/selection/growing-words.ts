/** A list of 32-bit numbers of unknown length. */
export class GrowingWords {
  length = 0;
  #words = new Uint32Array(1024);

  push(word: number): void {
    if (this.length === this.#words.length) {
      const larger = new Uint32Array(this.length * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[this.length++] = word;
  }

  /** A copy of what has been pushed. */
  toArray(): Uint32Array<ArrayBuffer> {
    return this.#words.slice(0, this.length);
  }
}
