import type { SeriesRef } from "#model";
import type { PrefixArena } from "./prefix-arena.ts";

const encoder = new TextEncoder();

/** Puts texts into an arena by way of one reused buffer. */
export class PrefixEncoder {
  readonly #arena: PrefixArena;
  #scratch = new Uint8Array(1024);

  constructor(arena: PrefixArena) {
    this.#arena = arena;
  }

  put(ref: SeriesRef, text: string): number {
    // A UTF-16 unit takes at most three bytes in UTF-8.
    const needed = text.length * 3;
    if (needed > this.#scratch.length) this.#scratch = new Uint8Array(needed * 2);
    const { written } = encoder.encodeInto(text, this.#scratch);
    return this.#arena.put(ref, this.#scratch, written);
  }
}
