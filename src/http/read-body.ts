import type { Readable } from "node:stream";
import { HttpRefusal } from "./errors.ts";
import type { RawRequest } from "./raw-http.ts";

/** Reads a whole body; stops at the first byte too many. */
export async function readBody(request: RawRequest, bodyBytesMax: number): Promise<Uint8Array> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > bodyBytesMax) throw tooLarge(bodyBytesMax);
  const chunks: Uint8Array[] = [];
  let total = 0;
  // Leaving the loop must not destroy the request: its socket still carries the refusal.
  const reading = (request as Readable).iterator({ destroyOnReturn: false });
  for await (const chunk of reading as AsyncIterable<Uint8Array>) {
    total += chunk.byteLength;
    if (total > bodyBytesMax) throw tooLarge(bodyBytesMax);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total);
}

function tooLarge(bodyBytesMax: number): HttpRefusal {
  // What is left of the body is not worth reading.
  return new HttpRefusal(
    "body_too_large",
    `The body is longer than the ${bodyBytesMax} bytes that this path takes: send less at a time.`,
    { connection: "close" },
  );
}
