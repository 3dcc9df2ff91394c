import { isIP } from "node:net";
import type { ListenOptions } from "#http";
import type { Fields } from "./fields.ts";

/** How the listener waits; 0 stands for the gateway's own limit. */
export interface ServerTimeouts {
  readonly readMs: number;
  readonly readHeaderMs: number;
  readonly idleMs: number;
}

export interface GatewayTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
}

const PORT = { min: 0, max: 65_535 };
/** Nothing older than TLS 1.2 is spoken. */
const VERSIONS = ["TLS12", "TLS13", "SSL3.0", "TLS10", "TLS11"] as const;
const UNSUPPORTED_TLS = [
  "max_version",
  "curve_preferences",
  "prefer_server_cipher_suites",
  "cipher_suites",
  "ca_certs",
  "disable_system_ca_pool",
];

export function readListen(fields: Fields): ListenOptions {
  const host = fields.string("listen_ip", "");
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  if (bare !== "" && isIP(bare) === 0) fields.refuse("listen_ip", "expected an IP address");
  return { kind: "tcp", host: bare, port: fields.integer("port", 8080, PORT) };
}

export function readTls(fields: Fields): GatewayTls | null {
  const tls = fields.fields("tls");
  if (tls === null || tls.boolean("disabled", false)) return null;
  const [first, ...others] = tls.list("keys");
  const holder = first ?? tls;
  if (others.length > 0) tls.refuse("keys", "one pair of keys is supported: leave the first");
  if (tls.boolean("enable_mtls", false))
    tls.refuse("enable_mtls", "is not supported, and without it anybody could connect");
  const version = tls.choice("min_version", VERSIONS, "TLS13");
  if (!/^TLS1[23]$/.test(version))
    tls.warn("min_version", "older than TLS12 is not spoken; taken as TLS12");
  const config = {
    certFile: holder.string("public_key", ""),
    keyFile: holder.string("private_key", ""),
    minVersion: version === "TLS13" ? "TLSv1.3" : "TLSv1.2",
  } as const;
  if (config.certFile === "")
    holder.refuse("public_key", "is missing: name the certificate's file");
  if (config.keyFile === "") holder.refuse("private_key", "is missing: name the key's file");
  tls.finish(UNSUPPORTED_TLS);
  return config;
}

export function readTimeouts(fields: Fields): ServerTimeouts {
  return {
    readMs: fields.duration("read_timeout", 0),
    readHeaderMs: fields.duration("read_header_timeout", 0),
    idleMs: fields.duration("idle_timeout", 0),
  };
}
