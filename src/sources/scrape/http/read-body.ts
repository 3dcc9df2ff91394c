/**
 * Hands a body on as it comes, inflated if it is gzip, and never holds more of it than a chunk.
 * The limit counts inflated bytes, so that a small body cannot unfold into a large one.
 */
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { ScrapeError } from "../scrape-error.ts";
import type { HttpAnswer } from "./http-client.ts";

export interface BodyLimits {
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

const INFLATED_CHUNK_BYTES = 64 * 1024;

/** Returns the number of inflated bytes. A body of exactly the limit is too large, as in Prometheus. */
export async function readBody(
  answer: HttpAnswer,
  limits: BodyLimits,
  consume: (chunk: Uint8Array) => void,
): Promise<number> {
  let bytes = 0;
  const sink = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes >= limits.bytesMax) {
        throw new ScrapeError("scrape_body_too_large", "body size limit exceeded");
      }
      consume(chunk);
    }
  };
  const { signal } = limits;
  // Prometheus knows this one spelling; anything else is read as it is.
  if (answer.headers["content-encoding"] === "gzip") {
    const gunzip = createGunzip({ chunkSize: INFLATED_CHUNK_BYTES });
    await pipeline(answer.body, gunzip, sink, { signal });
  } else {
    await pipeline(answer.body, sink, { signal });
  }
  return bytes;
}
