import { join } from "node:path";
import { runCommand, type TlsFiles } from "./gaugeway-server.ts";

/** Makes a self-signed certificate with the openssl program; null where there is none. */
export async function makeCertificate(folder: string): Promise<TlsFiles | null> {
  const files = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  const made = await runCommand("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-keyout", files.keyFile, "-out", files.certFile],
  ]).catch(() => null);
  return made?.exitCode === 0 ? files : null;
}
