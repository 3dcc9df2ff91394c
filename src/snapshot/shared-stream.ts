import { assert } from "#lib/assert";
import type { StreamedBody } from "./snapshot-source.ts";

/** A chunk, and how many readers have yet to be done with it. */
interface SharedChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readers: number;
  /** A reader left in the middle of it: the system may still be reading its memory. */
  isBroken: boolean;
}

/**
 * One streamed body for all that asked for it at the same time: each reads at its own pace, and
 * what the slowest has yet to read is kept.
 *
 * A chunk's memory is given back the moment that the last reader is done with it. Left to the
 * garbage collector, each large body would start a collection of everything in this thread: its
 * bytes count as growth of a heap that is small.
 */
export class SharedStream {
  readonly #seriesCount: number;
  readonly #source: StreamedBody["chunks"];
  /** From the oldest that some reader still needs. */
  readonly #chunks: SharedChunk[] = [];
  #dropped = 0;
  #readers = 0;
  #isEnded = false;
  #reading: Promise<void> | null = null;

  constructor(body: StreamedBody) {
    this.#seriesCount = body.seriesCount;
    this.#source = body.chunks;
  }

  /** For one more reader; only while no reader has asked for a second chunk. */
  reader(): StreamedBody {
    // A chunk that is gone cannot be read any more; one that is there must wait for this reader, too.
    assert(this.#dropped === 0, "a reader came when the first chunk was gone");
    for (const chunk of this.#chunks) chunk.readers += 1;
    this.#readers += 1;
    return { kind: "streamed", seriesCount: this.#seriesCount, chunks: this.#iterator() };
  }

  /** Ends a stream that nobody came to read. */
  async endUnread(): Promise<void> {
    if (this.#readers === 0) await this.#end();
  }

  /** Not a generator: one that was never run would not tell that its reader has left. */
  #iterator(): StreamedBody["chunks"] {
    let next = 0;
    let isDone = false;
    const leave = async (from: number): Promise<void> => {
      isDone = true;
      await this.#leave(from);
    };
    const chunks: StreamedBody["chunks"] = {
      [Symbol.asyncIterator]: () => chunks,
      next: async () => {
        if (isDone) return { done: true, value: undefined };
        this.#release(next - 1, next);
        const bytes = await this.#chunkAt(next);
        if (bytes !== null) {
          next += 1;
          return { done: false, value: bytes };
        }
        if (!isDone) await leave(next);
        return { done: true, value: undefined };
      },
      return: async () => {
        const current = this.#chunks[next - 1 - this.#dropped];
        if (!isDone && current !== undefined) current.isBroken = true;
        if (!isDone) await leave(Math.max(0, next - 1));
        return { done: true, value: undefined };
      },
    };
    return chunks;
  }

  /** Null after the last one. */
  async #chunkAt(index: number): Promise<Uint8Array<ArrayBuffer> | null> {
    while (index >= this.#dropped + this.#chunks.length && !this.#isEnded) {
      this.#reading ??= this.#readOne().finally(() => (this.#reading = null));
      await this.#reading;
    }
    return this.#chunks[index - this.#dropped]?.bytes ?? null;
  }

  async #readOne(): Promise<void> {
    const { done, value } = await this.#source.next();
    if (done === true) this.#isEnded = true;
    else this.#chunks.push({ bytes: value, readers: this.#readers, isBroken: false });
  }

  /** One reader is done with the chunks from `from` up to `to`. */
  #release(from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const chunk = this.#chunks[index - this.#dropped];
      if (chunk !== undefined) chunk.readers -= 1;
    }
    for (let [oldest] = this.#chunks; oldest?.readers === 0; [oldest] = this.#chunks) {
      this.#chunks.shift();
      this.#dropped += 1;
      // Moves the memory into nothing: it is freed at once.
      if (!oldest.isBroken) oldest.bytes.buffer.transfer(0);
    }
  }

  async #leave(from: number): Promise<void> {
    this.#readers -= 1;
    this.#release(from, this.#dropped + this.#chunks.length);
    if (this.#readers === 0) await this.#end();
  }

  async #end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#source.return?.();
  }
}
