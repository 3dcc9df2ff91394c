/**
 * A body whose chunks all lie in the same memory, and what a reader must get: whoever writes it may
 * not look at a chunk any more once the next is asked for.
 */
export function reusedChunks(
  count: number,
  bytes: number,
): { readonly body: AsyncIterable<Uint8Array>; readonly text: string } {
  const letters = Array.from({ length: count }, (_, i) => String.fromCharCode(97 + (i % 26)));
  async function* body(): AsyncGenerator<Uint8Array> {
    const memory = Buffer.alloc(bytes);
    for (const letter of letters) {
      yield memory.fill(letter);
      memory.fill("!");
    }
  }
  return { body: body(), text: letters.map((letter) => letter.repeat(bytes)).join("") };
}
