/**
 * A body: shared chunks that are written as they are, a text, nothing, or a stream that is pulled
 * only as fast as the client reads.
 */
export type ResponseBody = readonly Uint8Array[] | string | null | AsyncIterable<Uint8Array>;

/** An answer as routes give it. Content-Length is added, and a HEAD request gets no body. */
export interface ApiResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: ResponseBody;
  /** Called once when the answer has been sent or has failed. */
  readonly release?: () => void;
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
