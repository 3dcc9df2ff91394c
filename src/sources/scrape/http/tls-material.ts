import type { ConnectionOptions } from "node:tls";
import type { TlsClientConfig } from "../scrape-config.ts";
import { readOptionalText } from "./text-source.ts";

export type TlsOptions = Pick<
  ConnectionOptions,
  "ca" | "cert" | "key" | "servername" | "minVersion" | "maxVersion" | "rejectUnauthorized"
>;

/** Certificates as they are now, ready for a connection. */
export interface TlsMaterial {
  /** Equal as long as no file has changed. */
  readonly fingerprint: string;
  readonly options: TlsOptions;
}

/** Reads the files that the configuration names; Prometheus too looks at them for every request. */
export async function loadTlsMaterial(config: TlsClientConfig): Promise<TlsMaterial> {
  const [ca, cert, key] = await Promise.all([
    readOptionalText(config.ca),
    readOptionalText(config.cert),
    readOptionalText(config.key),
  ]);
  return {
    fingerprint: JSON.stringify([ca, cert, key]),
    options: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(config.serverName === null ? {} : { servername: config.serverName }),
      ...(config.minVersion === null ? {} : { minVersion: config.minVersion }),
      ...(config.maxVersion === null ? {} : { maxVersion: config.maxVersion }),
      rejectUnauthorized: !config.insecureSkipVerify,
    },
  };
}

/** The same without what says who we are: for hosts that a redirect leads to. */
export function withoutIdentity(options: TlsOptions): TlsOptions {
  const { cert: _cert, key: _key, servername: _servername, ...rest } = options;
  return rest;
}
