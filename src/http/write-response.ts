import type { ServerResponse } from "node:http";
import type { ApiResponse, ResponseBody } from "./api-response.ts";
import { breakOff, isGone, isSent, type RawResponse } from "./raw-http.ts";

/** How a body went out. */
export interface WriteOutcome {
  readonly bodyBytes: number;
  /** False where the client went away or took nothing for too long. */
  readonly complete: boolean;
}

export interface WriteOptions {
  readonly head: boolean;
  /** HTTP/2 knows no connection headers (RFC 9113 §8.2.2). */
  readonly http2: boolean;
  readonly stallTimeoutMs: number;
  readonly onStall: () => void;
}

/**
 * Writes head and body. Chunks go to the socket as they are, never joined or copied, so that many
 * scrapers can be sent the same buffers; past the socket's mark the next chunk waits for the
 * client, so that a slow one costs a socket buffer and not a body.
 */
export async function writeResponse(
  response: RawResponse,
  answer: ApiResponse,
  options: WriteOptions,
): Promise<WriteOutcome> {
  if (isGone(response)) {
    await discard(answer.body);
    return { bodyBytes: 0, complete: false };
  }
  const lengthBytes = bodyLength(answer.body);
  const headers: Record<string, string | readonly string[]> = { ...answer.headers };
  if (lengthBytes !== null && mayHaveBody(answer.status))
    headers["content-length"] = `${lengthBytes}`;
  if (options.http2) delete headers["connection"];
  // Both protocols' objects take the same call; only their types differ.
  (response as ServerResponse).writeHead(answer.status, headers as Record<string, string>);
  if (options.head || !mayHaveBody(answer.status)) {
    await discard(answer.body);
    return { bodyBytes: 0, complete: await ended(response, options) };
  }
  return writeBody(response, answer.body, options);
}

async function writeBody(
  response: RawResponse,
  body: ResponseBody,
  options: WriteOptions,
): Promise<WriteOutcome> {
  let bodyBytes = 0;
  for await (const chunk of chunksOf(body)) {
    if (isGone(response)) return { bodyBytes, complete: false };
    bodyBytes += chunk.byteLength;
    const roomLeft = (response as ServerResponse).write(chunk);
    if (!roomLeft && !(await drained(response, options))) return { bodyBytes, complete: false };
  }
  return { bodyBytes, complete: await ended(response, options) };
}

function chunksOf(body: ResponseBody): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (body === null || body === "") return [];
  return typeof body === "string" ? [Buffer.from(body)] : body;
}

/** Null for a stream, whose length shows only at its end. */
function bodyLength(body: ResponseBody): number | null {
  if (body === null) return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  if (!Array.isArray(body)) return null;
  return (body as readonly Uint8Array[]).reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

/** RFC 9110 §8.6: no Content-Length with 1xx and 204; 304 has no body either. */
function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/** A stream that nobody will read still has to let go of what it holds. */
async function discard(body: ResponseBody): Promise<void> {
  if (body === null || typeof body === "string" || Array.isArray(body)) return;
  await (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]().return?.();
}

/** Waits until the client has taken some of what waits for it. */
function drained(response: RawResponse, options: WriteOptions): Promise<boolean> {
  return settled(response, "drain", options);
}

/** Ends the answer and waits until the system has all of it. */
async function ended(response: RawResponse, options: WriteOptions): Promise<boolean> {
  if (isGone(response)) return false;
  const finished = settled(response, "finish", options);
  response.end();
  return finished;
}

function settled(
  response: RawResponse,
  event: "drain" | "finish",
  options: WriteOptions,
): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (outcome: boolean) => {
      clearTimeout(timer);
      response.removeListener(event, onEvent);
      response.removeListener("close", onClose);
      resolve(outcome);
    };
    const onEvent = () => done(event === "drain" || isSent(response));
    const onClose = () => done(isSent(response));
    const timer = setTimeout(() => {
      options.onStall();
      breakOff(response);
      done(false);
    }, options.stallTimeoutMs);
    timer.unref();
    response.on(event, onEvent);
    response.on("close", onClose);
  });
}
