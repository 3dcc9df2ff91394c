import type { TlsFacts } from "../meter.ts";

/** Node's protocol names as the gateway's metrics spell them. */
const VERSION_NAMES: Readonly<Record<string, string>> = {
  SSLv3: "VersionSSL30",
  TLSv1: "VersionTLS10",
  "TLSv1.1": "VersionTLS11",
  "TLSv1.2": "VersionTLS12",
  "TLSv1.3": "VersionTLS13",
};

/** Requests over TLS by protocol version and cipher suite, since the start. */
export class TlsMetrics {
  readonly versions = new Map<string, number>();
  readonly ciphers = new Map<string, number>();

  record({ version, cipher }: TlsFacts): void {
    count(this.versions, VERSION_NAMES[version] ?? "");
    count(this.ciphers, cipher);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
