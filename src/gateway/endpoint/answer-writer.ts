/** Writes answers to clients. What went out is told to whoever measures. */
import type { ServerResponse } from "node:http";
import { breakOff, isGone, type RawResponse } from "#http";
import type { PassOutcome } from "../backend/body-stream.ts";
import type { HeaderValues, PassedAnswer } from "../proxy/proxy.ts";

/** Bytes of the body; −1: nothing was written, 0: a head without a body. */
export type WrittenBytes = number;

export interface AnswerWriter {
  /** A head, and a body where it is not null. */
  write(
    response: RawResponse,
    status: number,
    headers: HeaderValues,
    body: string | null,
  ): WrittenBytes;
  /** A backend's answer at the client's pace. */
  pass(response: RawResponse, answer: PassedAnswer, headers: HeaderValues): Promise<WrittenBytes>;
}

export interface AnswerWriterOptions {
  readonly stallTimeoutMs: number;
  readonly onStall: () => void;
}

export function createAnswerWriter(options: AnswerWriterOptions): AnswerWriter {
  return {
    write(response, status, headers, body) {
      if (isGone(response)) return -1;
      const text = body ?? "";
      const bytes = Buffer.byteLength(text);
      head(response, status, { ...headers, "content-length": String(bytes) });
      (response as ServerResponse).end(text);
      if (isWaiting(response)) watchForStall(response, options);
      return body === null ? -1 : bytes;
    },
    async pass(response, { status, headers: own, body }, headers) {
      if (isGone(response)) {
        body.discard();
        return -1;
      }
      head(response, status, { ...own, ...headers });
      if (status === 204 || status === 304) {
        body.drain();
        response.end();
        return -1;
      }
      const outcome: PassOutcome = await body.passTo(response, options);
      if (outcome.isWhole && isWaiting(response)) watchForStall(response, options);
      return outcome.bodyBytes === 0 ? -1 : outcome.bodyBytes;
    },
  };
}

/** Whether some of an answer that has been ended is still with us. */
function isWaiting(response: RawResponse): boolean {
  // HTTP/2 frames on its own time: nothing tells at once.
  if ("stream" in response) return !response.writableFinished;
  return (response.socket?.writableLength ?? 0) > 0;
}

function head(response: RawResponse, status: number, headers: HeaderValues): void {
  // Both protocols' objects take the same call; only their types differ.
  (response as ServerResponse).writeHead(status, headers as Record<string, string>);
}

/** An answer that the system has not taken waits for the client, but not for ever. */
function watchForStall(response: RawResponse, options: AnswerWriterOptions): void {
  const timer = setTimeout(() => {
    options.onStall();
    breakOff(response);
  }, options.stallTimeoutMs);
  timer.unref();
  response.on("finish", () => clearTimeout(timer));
  response.on("close", () => clearTimeout(timer));
}
