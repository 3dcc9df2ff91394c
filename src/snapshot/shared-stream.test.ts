import { expect, test } from "vitest";
import { SharedStream } from "./shared-stream.ts";
import type { StreamedBody } from "./snapshot-source.ts";

function streamOf(...texts: readonly string[]): SharedStream {
  const rest = texts.map((text) => new TextEncoder().encode(text));
  const chunks: StreamedBody["chunks"] = {
    [Symbol.asyncIterator]: () => chunks,
    next: () => {
      const value = rest.shift();
      return Promise.resolve(
        value === undefined ? { done: true, value: undefined } : { done: false, value },
      );
    },
    return: () => Promise.resolve({ done: true, value: undefined }),
  };
  return new SharedStream({ kind: "streamed", seriesCount: 1, chunks });
}

async function textOf({ chunks }: StreamedBody): Promise<string> {
  let text = "";
  for await (const chunk of chunks) text += Buffer.from(chunk).toString();
  return text;
}

test("a reader that comes after the first chunk was read still gets it whole", async () => {
  const stream = streamOf("one ", "two ", "three");
  const early = stream.reader().chunks;
  const first = (await early.next()).value as Uint8Array;
  const late = stream.reader();
  expect(Buffer.from(first).toString()).toBe("one ");
  await early.next();
  // Not freed: the late one has yet to read it.
  expect(first.byteLength).toBe(4);
  expect(await textOf(late)).toBe("one two three");
  expect(first.byteLength).toBe(0);
});

test("a reader that comes when the first chunk is gone is an error, and never gets another's bytes", async () => {
  const stream = streamOf("one ", "two");
  expect(await textOf(stream.reader())).toBe("one two");
  expect(() => stream.reader()).toThrow("the first chunk was gone");
});
