import type { HttpTelemetry, RawExchange } from "#http";
import type { Logger } from "#lib/logger";
import type { RouterOptions } from "../config/extra/router-options.ts";
import type { Served } from "../endpoint/endpoint-handler.ts";

/** The surface under which requests of the gateway are counted beside our own. */
const SURFACE = "gateway";
const COUNTED_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Paths of strangers are cut in the log. */
const LOGGED_PATH_CHARS_MAX = 200;

/** Counts and logs every request of the listener, endpoint or not. */
export type RequestLog = (
  exchange: RawExchange,
  path: string,
  served: Served,
  startMs: number,
) => void;

export function createRequestLog(
  router: RouterOptions,
  telemetry: HttpTelemetry,
  log: Logger,
): RequestLog {
  const quiet = new Set(router.quietPaths);
  const duration = telemetry.duration.with(SURFACE);
  const responseBytes = telemetry.responseBytes.with(SURFACE);
  const aborted = telemetry.aborted.with(SURFACE);
  return (exchange, path, { status, bodyBytes }, startMs) => {
    const durationMs = performance.now() - startMs;
    const { method = "" } = exchange.request;
    const counted = COUNTED_METHODS.has(method) ? method : "other";
    telemetry.requests.with(SURFACE, counted, `${Math.trunc(status / 100)}xx`).inc();
    duration.observe(durationMs / 1000);
    responseBytes.inc(Math.max(bodyBytes, 0));
    const isCut = exchange.response.destroyed && !exchange.response.writableFinished;
    if (isCut) aborted.inc();
    if (!router.logsRequests || quiet.has(path)) return;
    log.info(
      {
        surface: SURFACE,
        method: method.slice(0, 20),
        // Without the query: people put credentials there.
        path: path.slice(0, LOGGED_PATH_CHARS_MAX),
        status,
        durationMs: Math.round(durationMs * 1000) / 1000,
        bodyBytes: Math.max(bodyBytes, 0),
        remoteAddress: exchange.remoteAddress,
        ...(isCut ? { aborted: true } : {}),
      },
      "request",
    );
  };
}
