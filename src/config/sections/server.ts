import { list, section } from "../schema/collections.ts";
import {
  byteSize,
  choice,
  duration,
  integer,
  type ListenAddress,
  listenAddress,
  network,
  path,
  url,
} from "../schema/scalars.ts";
import { defaulted, optional, present, required, type ValueOf } from "../schema/schema.ts";

const tlsSchema = section({
  cert_file: required(path(), "The certificate chain, PEM. Read again when the file changes."),
  key_file: required(path(), "The private key, PEM. Read again when the file changes."),
  min_version: defaulted(choice("1.2", "1.3"), "1.2", "The oldest TLS version to accept."),
});

export const serverSchema = section({
  listen_address: defaulted(
    listenAddress(),
    ":7070",
    "Where the API and the console listen. An empty host means every address.",
  ),
  external_url: optional(
    url(),
    "How the outside reaches this server, where a proxy stands before it; used in links and as OAuth issuer.",
  ),
  tls: optional(tlsSchema, "Serve HTTPS (HTTP/1.1 and HTTP/2). Without it: plain HTTP.", {
    reload: "live",
  }),
  connections_max: defaulted(
    integer({ min: 1, max: 1_000_000 }),
    "10000",
    "Open connections; further ones are closed at once.",
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

export interface TlsConfig {
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

export interface ServerConfig {
  readonly listenAddress: ListenAddress;
  readonly externalUrl: string | null;
  readonly tls: TlsConfig | null;
  readonly connectionsMax: number;
  readonly headerBytesMax: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly shutdownGraceMs: number;
  readonly trustedProxies: readonly string[];
}

export function toServerConfig(values: ValueOf<typeof serverSchema>): ServerConfig {
  return {
    listenAddress: values.listen_address,
    externalUrl: values.external_url,
    tls: values.tls === null ? null : toTlsConfig(values.tls),
    connectionsMax: values.connections_max,
    headerBytesMax: values.header_bytes_max,
    headersTimeoutMs: values.headers_timeout,
    requestTimeoutMs: values.request_timeout,
    idleTimeoutMs: values.idle_timeout,
    shutdownGraceMs: values.shutdown_grace,
    trustedProxies: values.trusted_proxies,
  };
}

function toTlsConfig(values: ValueOf<typeof tlsSchema>): TlsConfig {
  return {
    certFile: values.cert_file,
    keyFile: values.key_file,
    minVersion: values.min_version === "1.3" ? "TLSv1.3" : "TLSv1.2",
  };
}
