/**
 * How backends are asked: over kept connections, one pool a host. Redirects are followed, gzip is
 * asked for and undone, and a call that a closing connection swallowed is made once more, as the
 * original's HTTP client does.
 */
import type { IncomingHttpHeaders } from "node:http";
import { type Dispatcher, Pool } from "undici";
import type { ClientOptions, ClientTls } from "../config/client-options.ts";
import { BackendFailure } from "../errors.ts";
import { ANSWER_HEADER_BYTES_MAX, CONNECTIONS_PER_HOST_MAX, REDIRECTS_MAX } from "../limits.ts";
import type { HeaderValues } from "../proxy/proxy.ts";
import { BodyStream } from "./body-stream.ts";
import type { OutgoingBody } from "./outgoing-body.ts";

export interface OutgoingRequest {
  readonly origin: string;
  /** Path and query. */
  readonly target: string;
  readonly method: string;
  readonly headers: HeaderValues;
  readonly body: OutgoingBody;
  readonly signal: AbortSignal;
}

export interface BackendReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: BodyStream;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export class BackendClient implements AsyncDisposable {
  readonly #pools = new Map<string, Pool>();
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Resolves with the head of the final answer; rejects with a BackendFailure. */
  async call(request: OutgoingRequest): Promise<BackendReply> {
    let next = request;
    for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
      const reply = await this.#callOnce(next);
      const { location } = reply.headers;
      if (!REDIRECTS.has(reply.status) || location === undefined) return reply;
      const followed = redirected(next, reply.status, location);
      // A body that was streamed cannot be sent again: the client gets the redirect itself.
      if (followed === null) return reply;
      reply.body.drain();
      next = followed;
    }
    throw new BackendFailure(
      "backend_redirects",
      "A backend redirects in circles: correct it there.",
    );
  }

  async #callOnce(request: OutgoingRequest): Promise<BackendReply> {
    try {
      return await this.#dispatch(request);
    } catch (error) {
      const isSafe = request.method === "GET" && request.body === null && !request.signal.aborted;
      if (!isSafe || !(error instanceof BackendFailure) || !wasSwallowed(error.cause)) throw error;
      return this.#dispatch(request);
    }
  }

  #dispatch(request: OutgoingRequest): Promise<BackendReply> {
    if (request.signal.aborted) return Promise.reject(canceled());
    return new Promise((resolve, reject) => {
      this.#poolOf(request.origin).dispatch(
        {
          path: request.target,
          method: request.method,
          headers: this.#headersOf(request),
          body: request.body,
        },
        new CallHandler(request.signal, this.#asksForGzip(request), resolve, reject),
      );
    });
  }

  #asksForGzip(request: OutgoingRequest): boolean {
    return this.#options.compresses && request.headers["accept-encoding"] === undefined;
  }

  #headersOf(request: OutgoingRequest): Record<string, string | string[]> {
    const headers = { ...request.headers } as Record<string, string | string[]>;
    if (this.#asksForGzip(request)) headers["accept-encoding"] = "gzip";
    return headers;
  }

  #poolOf(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const { connectMs, responseHeaderMs, idleMs, keepsAlive, tls } = this.#options;
    const pool = new Pool(origin, {
      connections: CONNECTIONS_PER_HOST_MAX,
      pipelining: keepsAlive ? 1 : 0,
      maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
      headersTimeout: responseHeaderMs,
      // Calls end by their endpoint's timeout.
      bodyTimeout: 0,
      connect: {
        ...(connectMs === 0 ? {} : { timeout: connectMs }),
        ...(tls === null ? {} : tlsOptionsOf(tls)),
      },
      ...(idleMs === 0 ? {} : { keepAliveTimeout: idleMs }),
    });
    this.#pools.set(origin, pool);
    return pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#pools.values(), (pool) => pool.destroy()));
    this.#pools.clear();
  }
}

function tlsOptionsOf({ authorities, identity, isChecked }: ClientTls): object {
  return {
    rejectUnauthorized: isChecked,
    ...(authorities === null ? {} : { ca: authorities }),
    ...(identity === null ? {} : { cert: identity.certificate, key: identity.key }),
  };
}

function canceled(): BackendFailure {
  return new BackendFailure("backend_call_canceled", "The call of a backend was given up.");
}

/** A kept connection that the backend was just closing: nothing has come of the call. */
function wasSwallowed(cause: unknown): boolean {
  const { code } = cause as { readonly code?: string };
  return code === "UND_ERR_SOCKET" || code === "ECONNRESET" || code === "EPIPE";
}

/** Where a redirect leads; null where it cannot be followed. */
function redirected(
  request: OutgoingRequest,
  status: number,
  location: string,
): OutgoingRequest | null {
  const keepsMethod = status === 307 || status === 308;
  const canRepeat = request.body === null || Buffer.isBuffer(request.body);
  if (!URL.canParse(location, request.origin + request.target) || (keepsMethod && !canRepeat)) {
    return null;
  }
  const url = new URL(location, request.origin + request.target);
  if (!/^https?:$/.test(url.protocol)) return null;
  const headers = { ...request.headers };
  // Credentials are for the host that they were sent to.
  if (url.origin !== new URL(request.origin).origin) {
    delete headers["authorization"];
    delete headers["cookie"];
  }
  const next = { ...request, origin: url.origin, target: url.pathname + url.search, headers };
  if (keepsMethod) return next;
  delete headers["content-length"];
  delete headers["content-type"];
  return { ...next, method: "GET", body: null };
}

/** One call in undici's terms. */
class CallHandler implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal;
  readonly #undoesGzip: boolean;
  readonly #resolve: (reply: BackendReply) => void;
  readonly #reject: (error: BackendFailure) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #body: BodyStream | null = null;

  constructor(
    signal: AbortSignal,
    undoesGzip: boolean,
    resolve: (reply: BackendReply) => void,
    reject: (error: BackendFailure) => void,
  ) {
    this.#signal = signal;
    this.#undoesGzip = undoesGzip;
    this.#resolve = resolve;
    this.#reject = reject;
    signal.addEventListener("abort", this.#abort, { once: true });
  }

  readonly #abort = (): void => {
    const error = canceled();
    this.#controller?.abort(error);
    // Before a connection is there, undici has no way to be told.
    if (this.#body === null) this.#reject(error);
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal.aborted) controller.abort(canceled());
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    // 1xx is not the answer yet.
    if (status < 200) return;
    const isGzip = this.#undoesGzip && headers["content-encoding"] === "gzip";
    if (isGzip) {
      delete headers["content-encoding"];
      delete headers["content-length"];
    }
    this.#body = new BodyStream(controller, isGzip);
    this.#resolve({ status, headers, body: this.#body });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    this.#release();
    this.#body?.finish(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#release();
    const failure = failureOf(cause);
    if (this.#body === null) this.#reject(failure);
    else this.#body.finish(failure);
  }

  #release(): void {
    this.#signal.removeEventListener("abort", this.#abort);
  }
}

function failureOf(cause: Error): BackendFailure {
  if (cause instanceof BackendFailure) return cause;
  const { code = "unknown" } = cause as NodeJS.ErrnoException;
  const text = `A backend could not be reached or broke off (${code}).`;
  return new BackendFailure("backend_unreachable", text, 500, { cause });
}
