import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { Fields } from "./fields.ts";

/** How backends are connected to; 0: no such timeout. */
export interface ClientOptions {
  readonly connectMs: number;
  readonly responseHeaderMs: number;
  readonly idleMs: number;
  readonly keepsAlive: boolean;
  readonly compresses: boolean;
  readonly dnsCacheMs: number;
  /** Null: as the system has it. */
  readonly tls: ClientTls | null;
}

/** Root key `client_tls`: whom backends have to be signed by, and who we say we are. PEM texts. */
export interface ClientTls {
  /** Null: the system's own. */
  readonly authorities: readonly string[] | null;
  readonly identity: { readonly certificate: string; readonly key: string } | null;
  readonly isChecked: boolean;
}

const UNSUPPORTED_TLS = [
  "min_version",
  "max_version",
  "curve_preferences",
  "cipher_suites",
  "prefer_server_cipher_suites",
];

export function readClientOptions(fields: Fields): ClientOptions {
  return {
    connectMs: fields.duration("dialer_timeout", 0),
    responseHeaderMs: fields.duration("response_header_timeout", 0),
    idleMs: fields.duration("idle_connection_timeout", 0),
    keepsAlive: !fields.boolean("disable_keep_alives", false),
    compresses: !fields.boolean("disable_compression", false),
    dnsCacheMs: fields.duration("dns_cache_ttl", 30_000),
    tls: readClientTls(fields.fields("client_tls")),
  };
}

function readClientTls(fields: Fields | null): ClientTls | null {
  if (fields === null) return null;
  const own = fields.strings("ca_certs", []).map((file) => readPem(fields, "ca_certs", file));
  const system = fields.boolean("disable_system_ca_pool", false) ? [] : rootCertificates;
  const isChecked = !fields.boolean("allow_insecure_connections", false);
  if (!isChecked) {
    fields.warn("allow_insecure_connections", "anybody on the way can pose as a backend");
  }
  const options = { authorities: own.length === 0 ? null : [...own, ...system], isChecked };
  const [first, ...others] = fields.list("client_certs");
  if (others.length > 0)
    fields.refuse("client_certs", "one certificate is supported: leave the first");
  const identity =
    first === undefined
      ? null
      : {
          certificate: readPem(first, "certificate", first.string("certificate", "")),
          key: readPem(first, "private_key", first.string("private_key", "")),
        };
  first?.finish();
  fields.finish(UNSUPPORTED_TLS);
  return { ...options, identity };
}

/** Relative files start at the working directory, as those of `tls` do. */
function readPem(fields: Fields, key: string, file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.includes("-----BEGIN ")) return text;
    fields.refuse(key, "expected files in PEM form");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    fields.refuse(key, `a file cannot be read (${code})`);
  }
  return "";
}
