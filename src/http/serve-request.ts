import type { Logger } from "#lib/logger";
import type { ApiRequest } from "./api-request.ts";
import type { ApiResponse } from "./api-response.ts";
import type { ClientAddress } from "./client-address.ts";
import type { CrossOriginHeaders } from "./cross-origin.ts";
import { statusOfCode } from "./error-status.ts";
import { errorResponse } from "./error-response.ts";
import { HttpRefusal } from "./errors.ts";
import type { HttpLimits } from "./limits.ts";
import type { HttpTelemetry } from "./metrics.ts";
import { breakOff, isSent, type RawRequest, type RawResponse } from "./raw-http.ts";
import { readBody } from "./read-body.ts";
import type { Surface } from "./surface.ts";
import { type WriteOutcome, writeResponse } from "./write-response.ts";
import { OperatingError } from "#lib/operating-error";

/** What all requests of a listener share. */
export interface ServeContext {
  readonly listener: string;
  readonly limits: HttpLimits;
  readonly logger: Logger;
  readonly telemetry: HttpTelemetry;
  readonly nextRequestId: () => string;
  /** Aborted when a stopping listener has waited long enough. */
  readonly cutOff: AbortSignal;
  readonly clientAddress: ClientAddress;
  readonly crossOrigin: CrossOriginHeaders;
  inFlight: number;
  draining: boolean;
}

/** What the router found for one request. */
export interface Destination {
  readonly surface: Surface;
  readonly path: string;
  readonly query: string;
  readonly params: Readonly<Record<string, string>>;
  readonly bodyBytesMax: number;
  handler(request: ApiRequest): Promise<ApiResponse>;
}

/** From a routed request to its last byte, its record in the log and its place in the metrics. */
export async function serveRequest(
  context: ServeContext,
  raw: RawRequest,
  response: RawResponse,
  destination: Destination,
): Promise<void> {
  const startMs = performance.now();
  const id = context.nextRequestId();
  const facts: Record<string, string | number> = {};
  const abort = new AbortController();
  const cut = () => abort.abort();
  context.cutOff.addEventListener("abort", cut, { once: true });
  response.on("close", () => {
    if (!isSent(response)) cut();
  });
  // Broken pipes show as `close`; without a listener they would end the process.
  response.on("error", () => undefined);
  raw.on("error", () => undefined);

  context.inFlight += 1;
  context.telemetry.inFlight.with(context.listener).set(context.inFlight);
  let answer: ApiResponse | null = null;
  let bodyBytes = 0;
  try {
    const remoteAddress = context.clientAddress.of(raw);
    const request = apiRequest({
      raw,
      destination,
      id,
      signal: abort.signal,
      facts,
      remoteAddress,
    });
    const given = await answerOf(context, request, destination);
    answer = readableElsewhere(context, request, destination, given);
    const outcome = await writeOut(context, raw, response, { ...answer, id });
    ({ bodyBytes } = outcome);
    record(context, { request, destination, raw, answer, outcome, startMs, facts });
  } finally {
    answer?.release?.(bodyBytes);
    context.cutOff.removeEventListener("abort", cut);
    context.inFlight -= 1;
    context.telemetry.inFlight.with(context.listener).set(context.inFlight);
  }
}

interface RequestParts {
  readonly raw: RawRequest;
  readonly destination: Destination;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly facts: Record<string, string | number>;
  readonly remoteAddress: string;
}

function apiRequest(parts: RequestParts): ApiRequest {
  const { raw, destination, facts } = parts;
  return {
    id: parts.id,
    method: raw.method ?? "",
    path: destination.path,
    params: destination.params,
    query: destination.query,
    remoteAddress: parts.remoteAddress,
    signal: parts.signal,
    header(name) {
      const value = name.startsWith(":") ? undefined : raw.headers[name];
      if (value === undefined) return null;
      return Array.isArray(value) ? value.join(", ") : value;
    },
    readBody: () => readBody(raw, destination.bodyBytesMax),
    note: (more) => Object.assign(facts, more),
  };
}

/** The handler's answer, or what the thrown value says on this surface. */
async function answerOf(
  context: ServeContext,
  request: ApiRequest,
  destination: Destination,
): Promise<ApiResponse> {
  try {
    if (context.inFlight > context.limits.requestsInFlightMax) {
      throw new HttpRefusal(
        "requests_in_flight_limit",
        "Too many requests are being answered at present: try again in a second.",
      );
    }
    return await destination.handler(request);
  } catch (error) {
    // Whoever has left wanted no answer any more, whatever that made of the handler.
    const thrown = request.signal.aborted ? new HttpRefusal("canceled", "The client left.") : error;
    const code = thrown instanceof OperatingError ? thrown.code : "internal";
    request.note({ error: code });
    const { status, limit, exposed } = statusOfCode(code);
    if (limit !== undefined) context.telemetry.limitsHit.with(context.listener, limit).inc();
    // What the client is told is in its own record; what it is not told has to be somewhere.
    if (status >= 500 && !exposed) {
      context.logger.error({ requestId: request.id, error: thrown }, "request failed");
    }
    return errorResponse(thrown, destination.surface.errorShape);
  }
}

/** Writes the answer; a body that breaks halfway ends the connection, so that it looks broken. */
async function writeOut(
  context: ServeContext,
  raw: RawRequest,
  response: RawResponse,
  answer: ApiResponse & { readonly id: string },
): Promise<WriteOutcome> {
  try {
    return await writeResponse(response, withCommonHeaders(context, raw, answer.id, answer), {
      head: raw.method === "HEAD",
      http2: raw.httpVersionMajor >= 2,
      stallTimeoutMs: context.limits.responseStallTimeoutMs,
      onStall: () =>
        context.telemetry.limitsHit.with(context.listener, "response_stall_timeout_ms").inc(),
    });
  } catch (error) {
    context.logger.error({ requestId: answer.id, error }, "answer broke off");
    breakOff(response);
    return { bodyBytes: 0, complete: false };
  }
}

/** Refusals, too: a page shall see why it was refused. */
function readableElsewhere(
  { crossOrigin }: ServeContext,
  request: ApiRequest,
  { surface }: Destination,
  answer: ApiResponse,
): ApiResponse {
  if (surface.isCrossOrigin !== true) return answer;
  const vary = answer.headers["vary"];
  const headers = {
    ...answer.headers,
    ...crossOrigin(request),
    vary: vary === undefined ? "Origin" : `${String(vary)}, Origin`,
  };
  return { ...answer, headers };
}

function withCommonHeaders(
  context: ServeContext,
  raw: RawRequest,
  id: string,
  answer: ApiResponse,
): ApiResponse {
  const headers: Record<string, string | readonly string[]> = {
    "x-request-id": id,
    "x-content-type-options": "nosniff",
    ...answer.headers,
  };
  if (context.draining && raw.httpVersionMajor < 2) headers["connection"] = "close";
  return { ...answer, headers };
}

interface ServedRequest {
  readonly request: ApiRequest;
  readonly destination: Destination;
  readonly raw: RawRequest;
  readonly answer: ApiResponse;
  readonly outcome: WriteOutcome;
  readonly startMs: number;
  readonly facts: Readonly<Record<string, string | number>>;
}

const COUNTED_METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Paths of strangers are cut in the log. */
const LOGGED_PATH_LENGTH_MAX = 200;

function record(context: ServeContext, served: ServedRequest): void {
  const { request, destination, answer, outcome } = served;
  const { telemetry } = context;
  const surface = destination.surface.name;
  const durationMs = performance.now() - served.startMs;
  const method = COUNTED_METHODS.has(request.method) ? request.method : "other";
  telemetry.requests.with(surface, method, `${Math.trunc(answer.status / 100)}xx`).inc();
  telemetry.duration.with(surface).observe(durationMs / 1000);
  telemetry.responseBytes.with(surface).inc(outcome.bodyBytes);
  if (!outcome.complete) telemetry.aborted.with(surface).inc();
  context.logger.info(
    {
      requestId: request.id,
      listener: context.listener,
      surface,
      protocol: `HTTP/${served.raw.httpVersion}`,
      method: request.method.slice(0, 20),
      // Without the query: people put credentials there.
      path: request.path.slice(0, LOGGED_PATH_LENGTH_MAX),
      status: answer.status,
      durationMs: Math.round(durationMs * 1000) / 1000,
      bodyBytes: outcome.bodyBytes,
      remoteAddress: request.remoteAddress,
      ...(outcome.complete ? {} : { aborted: true }),
      ...served.facts,
    },
    "request",
  );
}
