/**
 * Gathers bytes into chunks. A renderer writes until the sink is full, yields what `take` gives and
 * goes on: whoever consumes the chunks decides how fast. Every chunk has memory of its own, so that
 * it can be handed to another thread without a copy.
 */
export class ByteSink {
  /** Reserve before writing; replaced by `reserve` and `take`. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(FIRST_CAPACITY_BYTES);
  /** How much of `bytes` is written. */
  length = 0;

  get isFull(): boolean {
    return this.length >= CHUNK_BYTES;
  }

  /** Makes room for `count` more bytes and gives the memory to write to, from `length` on. */
  reserve(count: number): Uint8Array {
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    return this.bytes;
  }

  /** ASCII of a few characters: cheaper than the encoder. */
  ascii(text: string): void {
    const bytes = this.reserve(text.length);
    let at = this.length;
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i);
    this.length = at;
  }

  append(more: Uint8Array): void {
    this.reserve(more.length).set(more, this.length);
    this.length += more.length;
  }

  text(text: string): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const bytes = this.reserve(text.length * 3);
    this.length += utf8.encodeInto(text, bytes.subarray(this.length)).written;
  }

  /** What is written so far; the sink begins anew. */
  take(): Uint8Array<ArrayBuffer> {
    const chunk = this.bytes.subarray(0, this.length);
    // A full chunk is rarely the last one: its successor starts at full size.
    this.bytes = new Uint8Array(this.isFull ? this.bytes.length : 0);
    this.length = 0;
    return chunk;
  }
}

const utf8 = new TextEncoder();

/** From here on a chunk is handed on. */
const CHUNK_BYTES = 128 * 1024;
/** Small answers stay small. */
const FIRST_CAPACITY_BYTES = 4 * 1024;
