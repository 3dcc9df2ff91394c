/** Where a listener waits: an address and port (0 for any free one), or a unix socket.
 * An empty host means every address. */
export type ListenOptions =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | {
      readonly kind: "unix";
      readonly path: string;
    };

/** The certificate of a listener that speaks TLS itself: PEM files, read again when they change. */
export interface TlsOptions {
  /** The certificate, followed by those that lead to the root. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** How often the files are compared with what is in use. */
  readonly checkIntervalMs: number;
}

/** `127.0.0.1:7070`, `[::1]:7070` or the socket's path, for people. */
export function formatListen(listen: ListenOptions): string {
  if (listen.kind === "unix") return listen.path;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return `${host}:${listen.port}`;
}

/** The listener's address for somebody on the same machine: an origin without a final slash. */
export function localUrl(listen: ListenOptions, scheme: "http" | "https"): string {
  const isEverywhere = listen.kind === "unix" || ["", "0.0.0.0", "::"].includes(listen.host);
  const place = isEverywhere && listen.kind === "tcp" ? { ...listen, host: "localhost" } : listen;
  return new URL(`${scheme}://${place.kind === "unix" ? "localhost" : formatListen(place)}`).origin;
}
