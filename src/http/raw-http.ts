import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

/** A request of either protocol; Node's HTTP/2 compatibility layer mirrors HTTP/1.1's objects. */
export type RawRequest = IncomingMessage | Http2ServerRequest;
export type RawResponse = ServerResponse | Http2ServerResponse;

/** Whether nobody can receive any more of the answer. */
export function isGone(response: RawResponse): boolean {
  // After its stream has closed, HTTP/2's response swallows writes and tells of no end.
  if ("stream" in response) return response.stream.destroyed || response.stream.closed;
  return response.destroyed || response.socket?.destroyed === true;
}

/** Whether the system has the whole answer. */
export function isSent(response: RawResponse): boolean {
  if (!("stream" in response)) return response.writableFinished;
  // A reset stream counts as finished, too, and its response says `finish`.
  const { stream } = response;
  return response.writableEnded && !stream.aborted && stream.rstCode === constants.NGHTTP2_NO_ERROR;
}

/**
 * Ends an answer so that what has arrived of it cannot be taken for the whole: TLS tells by its
 * missing `close_notify`, plain HTTP/1.0 by nothing but a reset.
 */
export function breakOff(response: RawResponse): void {
  if ("stream" in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else if (isPlainTcp(response.socket)) response.socket.resetAndDestroy();
  else response.destroy();
}

/** Only such a socket can be reset; one of the control listener has no address. */
function isPlainTcp(socket: Socket | null): socket is Socket {
  return socket !== null && !(socket instanceof TLSSocket) && socket.remoteAddress !== undefined;
}
