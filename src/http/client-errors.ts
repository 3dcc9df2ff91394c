import type { Duplex } from "node:stream";
import type { HttpTelemetry } from "./metrics.ts";

/** What a connection gets whose bytes never became a request: a status line and the end. */
const ANSWERS: Readonly<
  Record<string, { readonly status: string; readonly limit: string | null }>
> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    limit: "header_bytes_max",
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: "408 Request Timeout", limit: "request_timeout_ms" },
};

export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Duplex,
  listener: string,
  telemetry: HttpTelemetry,
): void {
  const known = ANSWERS[error.code ?? ""];
  if (known?.limit != null) telemetry.limitsHit.with(listener, known.limit).inc();
  // A reset connection is no malformed request.
  else if (error.code !== "ECONNRESET" && error.code !== "EPIPE") {
    telemetry.malformed.with(listener).inc();
  }
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = known?.status ?? "400 Bad Request";
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
