import { once } from "node:events";
import type { Output } from "./terminal.ts";

/** Writes bytes as they come, no faster than they are taken; ends early where nobody takes them. */
export async function writeChunks(
  output: Output,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (!output.stream.write(chunk)) await once(output.stream, "drain");
    }
  } catch (error) {
    // The reader of a pipe has seen enough (`… | head`).
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}
