import type { TlsClientConfig, TlsVersion } from "#sources";
import { section } from "../../schema/collections.ts";
import { anyText, boolean, choice, path, secret } from "../../schema/scalars.ts";
import { defaulted, optional, type ValueOf } from "../../schema/schema.ts";
import { textSource } from "./text-source.ts";

const VERSIONS = {
  TLS10: "TLSv1",
  TLS11: "TLSv1.1",
  TLS12: "TLSv1.2",
  TLS13: "TLSv1.3",
} as const satisfies Readonly<Record<string, TlsVersion>>;

const version = choice("TLS10", "TLS11", "TLS12", "TLS13");

export const tlsSchema = section(
  {
    ca: optional(anyText(), "PEM of the authorities to trust in place of the runtime's."),
    ca_file: optional(path(), "The same from a file, read anew when it changes."),
    cert: optional(anyText(), "PEM of the client certificate."),
    cert_file: optional(path(), "The same from a file."),
    key: optional(secret(), "PEM of the client key."),
    key_file: optional(path(), "The same from a file."),
    server_name: optional(anyText(), "The name to ask for (SNI) and to expect in the certificate."),
    insecure_skip_verify: defaulted(boolean(), "false", "Take any certificate."),
    min_version: optional(version, "TLS10, TLS11, TLS12 (default) or TLS13."),
    max_version: optional(version, "TLS10, TLS11, TLS12 or TLS13 (default)."),
  },
  {
    check(values, refuse) {
      for (const name of ["ca", "cert", "key"] as const) {
        if (values[name] !== null && values[`${name}_file`] !== null) {
          refuse(`${name}_file`, `contradicts ${name}; keep one of the two`);
        }
      }
      const hasCert = values.cert !== null || values.cert_file !== null;
      const hasKey = values.key !== null || values.key_file !== null;
      if (hasCert && !hasKey) refuse(values.cert === null ? "cert_file" : "cert", "needs key_file");
      if (hasKey && !hasCert) refuse(values.key === null ? "key_file" : "key", "needs cert_file");
      const { min_version: min, max_version: max } = values;
      if (min !== null && max !== null && min > max) {
        refuse("max_version", `must not be below min_version, which is ${min}`);
      }
    },
  },
);

type TlsValues = ValueOf<typeof tlsSchema>;

export function toTls(values: TlsValues): TlsClientConfig {
  return {
    ca: textSource(values.ca, values.ca_file),
    cert: textSource(values.cert, values.cert_file),
    key: textSource(values.key, values.key_file),
    serverName: values.server_name === "" ? null : values.server_name,
    insecureSkipVerify: values.insecure_skip_verify,
    minVersion: values.min_version === null ? null : VERSIONS[values.min_version],
    maxVersion: values.max_version === null ? null : VERSIONS[values.max_version],
  };
}
