/**
 * A body: shared chunks that are written as they are, a text, nothing, or a stream that is pulled
 * only as fast as the client reads.
 */
export type ResponseBody = readonly Uint8Array[] | string | null | ResponseStream;

export interface ResponseStream extends AsyncIterable<Uint8Array> {
  /**
   * Called, where it is there, with each chunk that the system has taken over: its memory may be
   * freed. Whatever reads the stream otherwise, to compress it say, does not call it.
   */
  release?(chunk: Uint8Array): void;
}

/** An answer as routes give it. Content-Length is added, and a HEAD request gets no body. */
export interface ApiResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: ResponseBody;
  /** Called once when the answer has been sent or has failed, with what was sent of its body. */
  readonly release?: (bodyBytes: number) => void;
}

/** JSON with its content type. */
export function jsonResponse(status: number, value: unknown): ApiResponse {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
    body: `${JSON.stringify(value)}\n`,
  };
}

/** Plain text with its content type. */
export function textResponse(status: number, text: string): ApiResponse {
  return {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    body: text,
  };
}
