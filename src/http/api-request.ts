/** A request as routes see it: nothing of the framework, nothing that a proxy header could forge. */
export interface ApiRequest {
  /** Ours, also sent back as `X-Request-Id`; a client's own is ignored. */
  readonly id: string;
  readonly method: string;
  /** Canonical: see canonical-path.ts. */
  readonly path: string;
  /** Values of the `:name` parts of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** Raw, without the question mark; "" if there is none. */
  readonly query: string;
  /** The client's address: the peer's, or what a trusted proxy says. "" on a unix socket. */
  readonly remoteAddress: string;
  /** Aborted when the client has gone or the server stops for good. */
  readonly signal: AbortSignal;
  /** By lower-case name; null where the request has none. */
  header(name: string): string | null;
  /** The whole body. Fails with `body_too_large` above the route's `bodyBytesMax`. */
  readBody(): Promise<Uint8Array>;
  /** Adds facts to the access log's record: who it was, never a secret. */
  note(facts: Readonly<Record<string, string | number>>): void;
}
