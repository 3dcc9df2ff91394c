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
 * client, so that a slow one costs a socket buffer and not a body. A stream is asked for its next
 * chunk when the system has the last one, whose memory may be gone from then on.
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
  const isShared = isWhole(body);
  for await (const chunk of chunksOf(body)) {
    if (isGone(response)) return { bodyBytes, complete: false };
    bodyBytes += chunk.byteLength;
    const isTaken = isShared
      ? (response as ServerResponse).write(chunk) || (await drained(response, options))
      : await written(response, chunk, options);
    if (!isTaken) return { bodyBytes, complete: false };
    if (!isWhole(body)) body.release?.(chunk);
  }
  return { bodyBytes, complete: await ended(response, options) };
}

function isWhole(body: ResponseBody): body is readonly Uint8Array[] | string | null {
  return body === null || typeof body === "string" || Array.isArray(body);
}

function chunksOf(body: ResponseBody): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (body === null || body === "") return [];
  return typeof body === "string" ? [Buffer.from(body)] : body;
}

/** Null for a stream, whose length shows only at its end. */
function bodyLength(body: ResponseBody): number | null {
  if (body === null) return 0;
  if (typeof body === "string") return Buffer.byteLength(body);
  if (!isWhole(body)) return null;
  return body.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}

/** RFC 9110 §8.6: no Content-Length with 1xx and 204; 304 has no body either. */
function mayHaveBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/** A stream that nobody will read still has to let go of what it holds. */
async function discard(body: ResponseBody): Promise<void> {
  if (!isWhole(body)) await body[Symbol.asyncIterator]().return?.();
}

/** Writes a chunk and waits until the system has all of it; false where the client has gone. */
function written(
  response: RawResponse,
  chunk: Uint8Array,
  options: WriteOptions,
): Promise<boolean> {
  return settled(response, options, (done) => {
    const onWritten = (error?: Error | null) => done(error === undefined || error === null);
    (response as ServerResponse).write(chunk, onWritten);
  });
}

/** Waits until the client has taken some of what waits for it. */
function drained(response: RawResponse, options: WriteOptions): Promise<boolean> {
  return settledBy(response, "drain", options);
}

/** Ends the answer and waits until the system has all of it. */
async function ended(response: RawResponse, options: WriteOptions): Promise<boolean> {
  if (isGone(response)) return false;
  const finished = settledBy(response, "finish", options);
  response.end();
  return finished;
}

function settledBy(
  response: RawResponse,
  event: "drain" | "finish",
  options: WriteOptions,
): Promise<boolean> {
  return settled(response, options, (done) => {
    const onEvent = () => done(event === "drain" || isSent(response));
    response.once(event, onEvent);
    return () => response.removeListener(event, onEvent);
  });
}

/** What `begin` says through its callback, or the end of the connection, or that it took too long. */
function settled(
  response: RawResponse,
  options: WriteOptions,
  begin: (done: (outcome: boolean) => void) => (() => void) | void,
): Promise<boolean> {
  return new Promise((resolve) => {
    let undo: (() => void) | void;
    const done = (outcome: boolean) => {
      clearTimeout(timer);
      undo?.();
      response.removeListener("close", onClose);
      resolve(outcome);
    };
    const onClose = () => done(isSent(response));
    const timer = setTimeout(() => {
      options.onStall();
      breakOff(response);
      done(false);
    }, options.stallTimeoutMs);
    timer.unref();
    response.on("close", onClose);
    undo = begin(done);
  });
}
