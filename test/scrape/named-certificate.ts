import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface NamedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** A self-signed certificate for localhost with this common name; fails where openssl is missing. */
export async function makeNamedCertificate(
  folder: string,
  commonName: string,
): Promise<NamedCertificate> {
  const certFile = join(folder, `${commonName}.crt`);
  const keyFile = join(folder, `${commonName}.key`);
  const request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
  const names = `-subj /CN=${commonName} -addext subjectAltName=DNS:localhost,IP:127.0.0.1`;
  const args = `${request} ${names}`.split(" ");
  await run("openssl", [...args, "-keyout", keyFile, "-out", certFile]);
  return { certFile, keyFile };
}
