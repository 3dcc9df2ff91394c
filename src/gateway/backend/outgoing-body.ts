import { Readable } from "node:stream";
import type { RawRequest } from "#http";
import { BackendFailure } from "../errors.ts";
import type { CallBody } from "../proxy/proxy.ts";

/** What undici sends: nothing, bytes, or a stream at the backend's pace. */
export type OutgoingBody = Buffer | Readable | null;

export function bodyTooLarge(bytesMax: number): BackendFailure {
  const text = `The body is larger than ${bytesMax} bytes: send less, or raise gateway.request_body_bytes_max.`;
  return new BackendFailure("gateway_body_too_large", text, 413);
}

export function outgoingBody(body: CallBody, bytesMax: number): OutgoingBody {
  if (body.kind === "none") return null;
  if (body.kind === "bytes") return body.bytes.length === 0 ? null : body.bytes;
  return Readable.from(counted(body.request, bytesMax));
}

async function* counted(request: RawRequest, bytesMax: number): AsyncGenerator<Buffer> {
  let lengthBytes = 0;
  // Whoever stops reading may not destroy the request: that would be the client's connection, on
  // which it is still owed an answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    lengthBytes += chunk.length;
    if (lengthBytes > bytesMax) throw bodyTooLarge(bytesMax);
    yield chunk;
  }
}

/** Reads a streamed body, so that several backends can have it. */
export async function buffered(body: CallBody, bytesMax: number): Promise<CallBody> {
  if (body.kind !== "stream") return body;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of counted(body.request, bytesMax)) chunks.push(chunk);
  } catch (cause) {
    if (cause instanceof BackendFailure) throw cause;
    throw new BackendFailure("gateway_body_broken", "The body broke off.", 400, { cause });
  }
  return { kind: "bytes", bytes: Buffer.concat(chunks) };
}
