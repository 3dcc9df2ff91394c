/** Bytes as they are written, handed on in chunks of a size that sockets like. */
export class OutputChunks {
  /** How far the present chunk is filled. */
  length = 0;
  #chunk = new Uint8Array(CHUNK_BYTES);
  readonly #full: Uint8Array<ArrayBuffer>[] = [];

  /** The present chunk, with room for this many bytes behind `length`. */
  reserve(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.length + bytes > this.#chunk.length) {
      if (this.length > 0) this.#full.push(this.#chunk.subarray(0, this.length));
      this.#chunk = new Uint8Array(Math.max(CHUNK_BYTES, bytes));
      this.length = 0;
    }
    return this.#chunk;
  }

  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length).set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Chunks that are full; they belong to the caller. */
  *full(): Generator<Uint8Array<ArrayBuffer>> {
    yield* this.#full.splice(0);
  }

  /** The same, and what has been written since. */
  *rest(): Generator<Uint8Array<ArrayBuffer>> {
    yield* this.full();
    if (this.length > 0) yield this.#chunk.subarray(0, this.length);
    this.length = 0;
    this.#chunk = new Uint8Array(0);
  }
}

const CHUNK_BYTES = 256 * 1024;
