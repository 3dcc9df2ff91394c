/**
 * What the gateway's layers report of what they measured, and to whom. The router reports every
 * request that reached an endpoint; a pipe and each backend report every call. Meters are asked for
 * once, when an endpoint is built, so that a family exists before the first request; the calls are
 * on the way of every request and must not throw.
 */

/** One endpoint's requests, as the router sees them. */
export interface EndpointMeter {
  /**
   * When the handler has returned, a streamed body included. `bodyBytes` is −1 where nothing was
   * written at all, and 0 where headers went out without a body.
   */
  record(status: number, bodyBytes: number, durationMs: number): void;
}

/** One pipe or one backend. */
export interface LayerMeter {
  /**
   * `complete`: the response was flagged complete. `error`: the call failed. Both can be false: a
   * response that tells of an error, but is none.
   */
  record(complete: boolean, error: boolean, durationMs: number): void;
}

/** How a request came in over TLS. */
export interface TlsFacts {
  /** As OpenSSL names it: `TLSv1.3`. */
  readonly version: string;
  /** As IANA names it: `TLS_AES_128_GCM_SHA256`. */
  readonly cipher: string;
}

export interface GatewayMeter {
  /** A request has reached an endpoint's handler. Null: not over TLS. */
  requestBegan(tls: TlsFacts | null): void;
  /** The handler of such a request has returned, whatever came of it. */
  requestEnded(): void;
  /** Names are the normalised patterns (metric-name.ts); equal names share one meter. */
  endpoint(name: string): EndpointMeter;
  pipe(name: string): LayerMeter;
  backend(name: string): LayerMeter;
}

const nothing = { record: () => undefined };

/** For a gateway that nobody measures. */
export const silentMeter: GatewayMeter = {
  requestBegan: () => undefined,
  requestEnded: () => undefined,
  endpoint: () => nothing,
  pipe: () => nothing,
  backend: () => nothing,
};
