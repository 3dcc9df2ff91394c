import type { HttpLimits, ListenOptions, TlsOptions } from "#http";
import { list, section } from "../schema/collections.ts";
import {
  byteSize,
  choice,
  duration,
  integer,
  listenAddress,
  network,
  origin,
  path,
} from "../schema/scalars.ts";
import { defaulted, optional, present, required, type ValueOf } from "../schema/schema.ts";

const tlsSchema = section({
  cert_file: required(path(), "The certificate chain, PEM. Read again when the file changes."),
  key_file: required(path(), "The private key, PEM. Read again when the file changes."),
  min_version: defaulted(choice("1.2", "1.3"), "1.2", "The oldest TLS version to accept."),
  check_interval: defaulted(
    duration({ min: 100, max: 24 * 3_600_000 }),
    "10s",
    "How often the two files are compared with what is in use.",
  ),
});

export const serverSchema = section({
  listen_address: defaulted(
    listenAddress(),
    ":7070",
    "Where the API and the console listen. An empty host means every address.",
  ),
  external_url: optional(
    origin(),
    "Where clients reach this installation, such as https://metrics.example.com. Tokens name it as their issuer; set it where several servers or a proxy stand behind one address. Without it: the listen address.",
  ),
  cors_origins: optional(
    list(origin(), { max: 1000, called: "origins" }),
    "Web pages of these origins, such as https://app.example.com, may read answers of the query API. Without it: pages of any origin, as in Prometheus.",
    { reload: "live" },
  ),
  tls: optional(tlsSchema, "Serve HTTPS (HTTP/1.1 and HTTP/2). Without it: plain HTTP."),
  connections_max: defaulted(
    integer({ min: 1, max: 1_000_000 }),
    "10000",
    "Open connections; further ones are closed at once.",
  ),
  requests_in_flight_max: defaulted(
    integer({ min: 1, max: 1_000_000 }),
    "1000",
    "Requests being answered at once; further ones get 503 and may try again.",
  ),
  header_bytes_max: defaulted(
    byteSize({ min: 1024, max: 1024 ** 2 }),
    "16KB",
    "All headers of one request together; more is answered with 431.",
  ),
  headers_timeout: defaulted(
    duration({ min: 100, max: 600_000 }),
    "10s",
    "How long a client may take to send its headers.",
  ),
  request_timeout: defaulted(
    duration({ min: 100, max: 3_600_000 }),
    "60s",
    "How long a client may take to send a whole request.",
  ),
  idle_timeout: defaulted(
    duration({ min: 100, max: 3_600_000 }),
    "75s",
    "How long a connection may stay open between requests.",
  ),
  stall_timeout: defaulted(
    duration({ min: 100, max: 3_600_000 }),
    "30s",
    "How long a client may take nothing of an answer before it is cut off.",
  ),
  shutdown_grace: defaulted(
    duration({ max: 3_600_000 }),
    "30s",
    "How long requests under way may still take once the process is asked to stop.",
  ),
  trusted_proxies: present(
    list(network(), { max: 1000, called: "networks" }),
    "Proxies whose X-Forwarded-For is believed. From anybody else it is ignored.",
    { reload: "live" },
  ),
});

/** What `createHttpServer` needs for the public listener. */
export interface ServerConfig {
  readonly listen: ListenOptions;
  /** An origin without a final slash; null: as the listener has it. */
  readonly externalUrl: string | null;
  /** Pages of these may read answers of the query API; null: of any. */
  readonly corsOrigins: readonly string[] | null;
  readonly tls: TlsOptions | null;
  readonly limits: ServerLimits;
  readonly trustedProxies: readonly string[];
  readonly shutdownGraceMs: number;
}

/** Those of the HTTP limits that can be configured. */
export type ServerLimits = Pick<
  HttpLimits,
  | "connectionsMax"
  | "requestsInFlightMax"
  | "headerBytesMax"
  | "headersTimeoutMs"
  | "requestTimeoutMs"
  | "keepAliveTimeoutMs"
  | "responseStallTimeoutMs"
>;

export function toServerConfig(values: ValueOf<typeof serverSchema>): ServerConfig {
  return {
    listen: { kind: "tcp", ...values.listen_address },
    externalUrl: values.external_url,
    corsOrigins: values.cors_origins,
    tls: values.tls === null ? null : toTlsOptions(values.tls),
    limits: {
      connectionsMax: values.connections_max,
      requestsInFlightMax: values.requests_in_flight_max,
      headerBytesMax: values.header_bytes_max,
      headersTimeoutMs: values.headers_timeout,
      requestTimeoutMs: values.request_timeout,
      keepAliveTimeoutMs: values.idle_timeout,
      responseStallTimeoutMs: values.stall_timeout,
    },
    trustedProxies: values.trusted_proxies,
    shutdownGraceMs: values.shutdown_grace,
  };
}

function toTlsOptions(values: ValueOf<typeof tlsSchema>): TlsOptions {
  return {
    certFile: values.cert_file,
    keyFile: values.key_file,
    minVersion: values.min_version === "1.3" ? "TLSv1.3" : "TLSv1.2",
    checkIntervalMs: values.check_interval,
  };
}
