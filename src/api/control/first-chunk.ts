/**
 * Waits for a stream's first chunk, so that what fails at once (a selector that cannot be read)
 * becomes a refusal with its reason instead of an answer that breaks off.
 */
export async function afterFirstChunk(
  stream: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const chunks = stream[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | null = await chunks.next();
  const iterator: AsyncIterator<Uint8Array> = {
    async next() {
      const next = first ?? (await chunks.next());
      first = null;
      return next;
    },
    // A generator that never ran would not pass this on.
    return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
