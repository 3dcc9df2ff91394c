import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { ListenError } from "./errors.ts";
import type { TlsOptions } from "./listen-options.ts";

/** A certificate and its key, proved to belong together. */
export interface TlsMaterial {
  readonly context: SecureContextOptions;
  /** Equal for equal files. */
  readonly fingerprint: string;
  readonly expiresAtMs: number;
}

/** Reads both files; fails with `tls_material` where they are unreadable or do not fit. */
export async function loadTlsMaterial(options: TlsOptions): Promise<TlsMaterial> {
  const [cert, key] = await Promise.all([readPem(options.certFile), readPem(options.keyFile)]);
  const context = { cert, key, minVersion: options.minVersion };
  try {
    createSecureContext(context);
    return {
      context,
      fingerprint: createHash("sha256").update(cert).update("\0").update(key).digest("hex"),
      expiresAtMs: new X509Certificate(cert).validToDate.getTime(),
    };
  } catch (cause) {
    throw new ListenError(
      "tls_material",
      `The certificate ${options.certFile} and the key ${options.keyFile} cannot be used together: give a PEM certificate and its own PEM key.`,
      { cause },
    );
  }
}

async function readPem(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ListenError("tls_material", `Cannot read ${file}: check the path and its rights.`, {
      cause,
    });
  }
}
